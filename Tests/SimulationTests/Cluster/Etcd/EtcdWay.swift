import RegistryModel
import Synchronization

@testable import EtcdBackend

/// The network between one machine and etcd.
final class EtcdWay: Sendable {
    /// What becomes of one request.
    enum Fate {
        case arrives
        /// It takes long, there or back.
        case slow
        /// It is done, and nobody hears of it; the connection breaks at once, or stays silent.
        case losesReply(breaks: Bool)
        /// It never arrives.
        case lost(breaks: Bool)
        /// Something on the way holds it, and delivers it long after its sender has given up.
        case held
    }

    private struct State {
        var isCutThere = false
        var isCutBack = false
        /// How many requests in a thousand meet something unusual.
        var roughness = 0
        /// How many times longer everything takes.
        var drag = 1
        /// How often its connections were broken.
        var breaks = 0
    }

    private let dice: Dice
    private let state = Mutex(State())

    init(_ dice: Dice) { self.dice = dice }

    var isCutThere: Bool {
        get { self.state.withLock { $0.isCutThere } }
        set { self.state.withLock { $0.isCutThere = newValue } }
    }

    var isCutBack: Bool {
        get { self.state.withLock { $0.isCutBack } }
        set { self.state.withLock { $0.isCutBack = newValue } }
    }

    var roughness: Int {
        get { self.state.withLock { $0.roughness } }
        set { self.state.withLock { $0.roughness = newValue } }
    }

    var drag: Int {
        get { self.state.withLock { $0.drag } }
        set { self.state.withLock { $0.drag = newValue } }
    }

    var isSound: Bool {
        self.state.withLock { !$0.isCutThere && !$0.isCutBack && $0.roughness == 0 && $0.drag == 1 }
    }

    var breaks: Int { self.state.withLock { $0.breaks } }

    /// Breaks the connections on which something is watched.
    func breakWatches() { self.state.withLock { $0.breaks += 1 } }

    func mend() {
        self.state.withLock { state in
            let breaks = state.breaks
            state = State()
            state.breaks = breaks
        }
    }

    func fate() -> Fate {
        guard self.dice.chance(self.roughness) else { return .arrives }
        return self.dice.pick(weighted: [
            (Fate.slow, 3), (.losesReply(breaks: true), 2), (.losesReply(breaks: false), 1), (.lost(breaks: true), 2),
            (.lost(breaks: false), 1), (.held, 2),
        ])
    }

    /// One way, as long as nothing is wrong.
    var usualTime: TimeSpan { .milliseconds(Int64(self.dice.number(0...4) * self.drag)) }
    var slowTime: TimeSpan { self.dice.milliseconds(60...1_400) }
    /// How long something may be held.
    var holdingTime: TimeSpan { self.dice.milliseconds(2_000...25_000) }
}
