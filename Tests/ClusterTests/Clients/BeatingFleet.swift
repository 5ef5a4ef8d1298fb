import RegistryTestKit
import RollcallClient
import Synchronization

/// Instances that owe heartbeats and beat on any node; now and then one falls silent for a while.
final class BeatingFleet: Sendable {
    static let service = ServiceKey(name: "beating")
    static let count = 10
    /// The smallest that a cluster takes.
    static let timeToLive = Duration.seconds(3)
    /// So few at a time that protection has no cause to step in.
    private static let mostSilent = 3

    private struct Silence {
        let key: InstanceKey
        /// When its last beat was over.
        let start: Int64
        /// Nil: it lasts.
        var end: Int64?
        /// It began when all of them stopped.
        var isLast = false
    }

    private struct State {
        var random: SeededGenerator
        var checker: ExpiryChecker
        var silences: [Silence] = []
        /// Since when the registry may not know an instance that it acknowledged.
        var mayBeUnknown = false
        var violations: [String] = []
        var registrations = 0
    }

    private let nodes: NodeClients
    private let clock: RunClock
    private let state: Mutex<State>

    init(_ nodes: NodeClients, _ clock: RunClock, seed: UInt64, margin: Duration) {
        self.nodes = nodes
        self.clock = clock
        self.state = Mutex(
            State(
                random: SeededGenerator(seed: seed),
                checker: ExpiryChecker(ttl: Self.timeToLive, margin: margin)))
    }

    static let keys = (0..<count).map { InstanceKey(service: service, id: "beating-\($0)") }

    private func random(_ range: Range<Int>) -> Int { self.state.withLock { .random(in: range, using: &$0.random) } }

    /// Whether what was acknowledged may be gone for now.
    func mayBeUnknown(_ may: Bool) { self.state.withLock { $0.mayBeUnknown = may } }

    // MARK: Beating

    /// One instance, until the task is cancelled.
    func run(_ key: InstanceKey) async {
        var isRegistered = false
        while !Task.isCancelled {
            // Now and then it registers again, as a process does that has lost sight of the registry.
            let registersAgain = !isRegistered || self.random(0..<20) == 0
            isRegistered = await registersAgain ? self.register(key) || isRegistered : self.beat(key)
            if let silence = self.mayFallSilent(key) {
                try? await Task.sleep(for: silence)
                self.endSilence(of: key)
            } else {
                try? await Task.sleep(for: .milliseconds(isRegistered ? self.random(400..<700) : 100))
            }
        }
    }

    /// Goes round the nodes until one acknowledges; returns whether the instance is known.
    private func beat(_ key: InstanceKey) async -> Bool {
        let first = self.random(0..<self.nodes.count)
        for attempt in 0..<self.nodes.count where !Task.isCancelled {
            let sent = self.clock.now
            guard let answer = try? await self.nodes[first + attempt].heartbeat([InstanceReference(key: key)]) else {
                continue
            }
            guard answer.value.unknown.isEmpty else {
                self.state.withLock { state in
                    guard !state.mayBeUnknown else { return }
                    state.violations.append(
                        "P1: \(key) is unknown to node \((first + attempt) % self.nodes.count) at "
                            + "\(self.clock.now / 1_000_000) ms; it was registered, and nobody took it off")
                }
                return false
            }
            self.state.withLock { $0.checker.acknowledge(key, sent: sent, answered: self.clock.now) }
            return true
        }
        return true
    }

    private func register(_ key: InstanceKey) async -> Bool {
        let registration = Registration(
            service: key.service, instanceID: key.id,
            spec: InstanceSpec(host: "127.0.0.1", port: 1, ttl: .after(.seconds(3))))
        let sent = self.clock.now
        guard (try? await self.nodes[self.random(0..<self.nodes.count)].register(registration)) != nil else {
            return false
        }
        self.state.withLock { state in
            state.registrations += 1
            state.checker.acknowledge(key, sent: sent, answered: self.clock.now)
        }
        return true
    }

    // MARK: Silence

    private func mayFallSilent(_ key: InstanceKey) -> Duration? {
        self.state.withLock { state in
            let silent = state.silences.count { $0.end == nil }
            guard silent < Self.mostSilent, Int.random(in: 0..<25, using: &state.random) == 0 else { return nil }
            state.silences.append(Silence(key: key, start: self.clock.now, end: nil))
            return .milliseconds(Int.random(in: 7_000...14_000, using: &state.random))
        }
    }

    private func endSilence(of key: InstanceKey) {
        self.state.withLock { state in
            guard let index = state.silences.lastIndex(where: { $0.key == key && $0.end == nil }) else { return }
            state.silences[index].end = self.clock.now
        }
    }

    /// All have stopped: those that were heard until then have a last silence, which nothing disturbs.
    func fallSilent() {
        let now = self.clock.now
        self.state.withLock { state in
            let heard = state.checker.heard(since: now - Int64(Self.timeToLive / .nanoseconds(1)))
            state.silences += heard.map { Silence(key: $0, start: now, end: nil, isLast: true) }
        }
    }

    // MARK: Judging

    /// The history says so, of whatever instance.
    func take(_ records: [HistoryRecord]) {
        self.state.withLock { state in
            for record in records where record.cause == "expire" && record.service == Self.service {
                let key = InstanceKey(service: record.service, id: record.instance)
                state.checker.expire(key, at: self.clock.time(of: record.time))
            }
        }
    }

    /// P4, of everything so far, and P5 of each silence that was over by then.
    func judge(_ disturbances: Disturbances, before time: Int64) -> [String] {
        self.state.withLock { state in
            let over = state.silences.filter { $0.end.map { $0 < time } ?? false }
            state.silences.removeAll { $0.end.map { $0 < time } ?? false }
            var violations = state.violations + state.checker.early
            for silence in over {
                let fault = state.checker.judgeSilence(
                    of: silence.key, from: silence.start, to: silence.end ?? time, disturbances)
                violations += fault.map { [$0] } ?? []
            }
            return violations
        }
    }

    /// P5 of the last silences, once all are DOWN.
    func judgeLastSilences(_ disturbances: Disturbances) -> [String] {
        self.state.withLock { state in
            let last = state.silences.filter(\.isLast)
            return last.compactMap {
                state.checker.judgeSilence(of: $0.key, from: $0.start, to: .max, disturbances)
            }
        }
    }

    var summary: String {
        self.state.withLock {
            "\($0.checker.beats) beats, \($0.registrations) registrations, "
                + "\($0.checker.silences) silences that had to end DOWN, \($0.checker.expiries) expiries"
        }
    }

    var counts: (beats: Int, silences: Int, expiries: Int) {
        self.state.withLock { ($0.checker.beats, $0.checker.silences, $0.checker.expiries) }
    }
}
