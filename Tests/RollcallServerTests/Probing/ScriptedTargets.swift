import RegistryCatalog
import RegistryHealth
import RegistryModel
import Synchronization

/// Targets that answer as a test says, by their port.
final class ScriptedTargets: Prober {
    enum Answer: Sendable {
        case passes
        case refuses
        /// Until the timeout is over.
        case hangs
        case tells(HealthDetails)
    }

    private struct State {
        var answers: [UInt16: Answer] = [:]
        var asked: [UInt16: Int] = [:]
        var running: [UInt16: Int] = [:]
        var mostAtOnce = 0
        var mostOfOne = 0
    }

    private let clock: any RegistryClock
    private let state = Mutex(State())

    init(clock: any RegistryClock) { self.clock = clock }

    subscript(port: UInt16) -> Answer {
        get { self.state.withLock { $0.answers[port] ?? .passes } }
        set { self.state.withLock { $0.answers[port] = newValue } }
    }

    func asked(_ port: UInt16) -> Int { self.state.withLock { $0.asked[port] ?? 0 } }

    var running: Int { self.state.withLock { $0.running.values.reduce(0, +) } }
    var mostAtOnce: Int { self.state.withLock { $0.mostAtOnce } }
    var mostOfOne: Int { self.state.withLock { $0.mostOfOne } }

    func probe(_ target: ProbeTarget, timeout: TimeSpan) async -> ProbeOutcome {
        self.begin(target.port)
        defer { self.state.withLock { $0.running[target.port, default: 0] -= 1 } }
        switch self[target.port] {
        case .passes: return ProbeOutcome(detail: "200 OK")
        case .refuses: return ProbeOutcome(failure: .refused, detail: "connection refused")
        case .tells(let details): return ProbeOutcome(detail: "200 OK", resources: details)
        case .hangs:
            try? await self.clock.sleep(for: timeout)
            return ProbeOutcome(failure: .timedOut, detail: "no answer within \(timeout)")
        }
    }

    private func begin(_ port: UInt16) {
        self.state.withLock { state in
            state.asked[port, default: 0] += 1
            state.running[port, default: 0] += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running.values.reduce(0, +))
            state.mostOfOne = max(state.mostOfOne, state.running[port] ?? 0)
        }
    }
}
