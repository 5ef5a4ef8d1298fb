import RegistryCatalog
import RegistryModel

/// P11: while the store cannot be reached, the registry says so, its writes fail in time with an error that can be retried, and
/// nobody expires.
struct OutageChecker: Checker {
    static let promise = Promise.outages

    /// A commit that takes longer counts as a store that cannot be reached.
    private static let patience: Int64 = 1_000
    /// An outage that is longer than this was seen by a tick.
    private static let noticed: Int64 = 150
    /// How long it may take to find out that an outage is over.
    private static let recovery: Int64 = 1_500

    private let timeout: Int64
    private var deadlines: Deadlines
    private var begun: [Int: Int64] = [:]
    private var failingSince: Int64?
    private var fineSince: Int64 = 0
    private var lastJump: Int64 = 0
    private var early: [Int: [(instance: InstanceKey, text: String)]] = [:]
    /// Milliseconds that were jumped over until now, and until each call without an answer was made.
    private var jumped: Int64 = 0
    private var started: [Int: Int64] = [:]

    init(_ settings: SimulationSettings) {
        // A tick ends the wait.
        self.timeout = settings.catalog.storeTimeout.milliseconds + 100
        self.deadlines = Deadlines(ttl: settings.catalog.ttl)
    }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .invoked(let call): self.started[call.id] = self.jumped
        case .answered(let call, let result): return self.check(call, result, at: now, truth)
        case .jumped(let from):
            self.jumped += now - from
            self.lastJump = now
        case .loaded:
            self.deadlines.restart(at: now, truth)
            (self.failingSince, self.fineSince) = (nil, now)
        case .crashed:
            self.begun = [:]
            self.started = [:]
        case .committing(let id, let group):
            self.begun[id] = now
            self.noteEarly(id, group, at: now, truth)
        case .durable(let id, let batch):
            for case .instance(let key, _, _, nil) in batch.records { self.deadlines.forget(key) }
            // What met a conflict is decided again, and is not among what is durable.
            let expired = Set(batch.expired)
            return (self.early.removeValue(forKey: id) ?? []).filter { expired.contains($0.instance) }.map(\.text)
        case .commitEnded(let id, let failed, _): self.end(id, failed: failed, at: now, truth)
        case .probed(let isWritable): if isWritable { self.recover(at: now, truth) }
        case .sampled(let age, _): return self.check(age, at: now)
        default: break
        }
        return []
    }

    // MARK: Saying so

    private func check(_ age: TimeSpan, at now: Int64) -> [String] {
        // What is on its way when the clock jumps comes through right after it.
        guard now - self.lastJump > Self.recovery else { return [] }
        let since = ([self.failingSince] + self.begun.values.map { $0 }).compactMap { $0 }.min()
        if let since, now - since > Self.patience {
            return age > .zero ? [] : ["the store has not confirmed since \(since), and the age is \(age)"]
        }
        let isFine = since == nil && now - self.fineSince > Self.recovery
        return isFine && age > .zero ? ["the store has been fine since \(self.fineSince), and the age is \(age)"] : []
    }

    private mutating func end(_ id: Int, failed: Bool, at now: Int64, _ truth: Truth) {
        let start = self.begun.removeValue(forKey: id) ?? now
        if failed {
            self.failingSince = self.failingSince ?? now
            return
        }
        if now - start > Self.patience { self.disturb(from: start + Self.patience, to: now, truth) }
        self.recover(at: now, truth)
    }

    private mutating func recover(at now: Int64, _ truth: Truth) {
        if let since = self.failingSince {
            self.disturb(from: since, to: now, truth)
            self.fineSince = now
        }
        self.failingSince = nil
    }

    private mutating func disturb(from start: Int64, to end: Int64, _ truth: Truth) {
        guard end - start >= Self.noticed else { return }
        self.deadlines.disturb(Deadlines.Disturbance(start: start, end: end), truth)
    }

    // MARK: Failing in time

    private mutating func check(
        _ call: Call, _ result: Result<Revision?, RegistryError>, at now: Int64, _ truth: Truth
    ) -> [String] {
        var found: [String] = []
        let meanwhile = self.jumped - (self.started.removeValue(forKey: call.id) ?? self.jumped)
        let took = now - call.sent - meanwhile
        if took > self.timeout { found.append("call \(call.id) took \(took) ms") }
        switch result {
        case .success:
            if call.isSignOfLife, let key = call.instance { self.deadlines.hold(key, sent: call.sent, truth) }
        case .failure(let error):
            let isTemporary = [.storeUnavailable, .storeFull, .shed, .notReady].contains(error.code)
            if isTemporary, error.retryAfter == nil { found.append("call \(call.id) is not told when to try again") }
            if error.code == .internalError { found.append("call \(call.id) failed with \(error)") }
        }
        return found
    }

    // MARK: Expiring nobody

    private mutating func noteEarly(_ id: Int, _ group: CommitGroup, at now: Int64, _ truth: Truth) {
        for key in group.expired {
            guard let deadline = self.deadlines.deadline(of: key, truth) else { continue }
            if now < deadline {
                self.early[id, default: []].append(
                    (key, "\(key) is expired \(deadline - now) ms too early after an outage"))
            } else if let since = self.failingSince, now - since >= Self.noticed, deadline > since {
                self.early[id, default: []].append((key, "\(key) is expired in an outage that began at \(since)"))
            }
        }
    }
}
