import RegistryCatalog
import RegistryModel

/// P4: a renewal that was acknowledged holds for the instance's ttl from when it was sent, through standstills and restarts.
struct EarlyExpiryChecker: Checker {
    static let promise = Promise.notEarly

    /// A pause that is longer than this is one for certain: the tolerance of liveness time, and one tick.
    private static let standstill: Int64 = 1_100

    private var deadlines: Deadlines
    /// What a commit that is on its way does too early.
    private var early: [Int: [String]] = [:]

    init(ttl: TimeSpan) { self.deadlines = Deadlines(ttl: ttl) }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .answered(let call, .success):
            if call.isSignOfLife, let key = call.instance { self.deadlines.hold(key, sent: call.sent, truth) }
        case .jumped(let from):
            if now - from >= Self.standstill {
                self.deadlines.disturb(Deadlines.Disturbance(start: from, end: now), truth)
            }
        case .loaded: self.deadlines.restart(at: now, truth)
        case .committing(let id, let group):
            for key in group.expired {
                guard let deadline = self.deadlines.deadline(of: key, truth), now < deadline else { continue }
                self.early[id, default: []].append("\(key) is expired \(deadline - now) ms early")
            }
        case .durable(let id, let batch):
            for case .instance(let key, _, _, nil) in batch.records { self.deadlines.forget(key) }
            return self.early.removeValue(forKey: id) ?? []
        default: break
        }
        return []
    }
}
