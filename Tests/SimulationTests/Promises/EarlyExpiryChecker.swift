import RegistryCatalog
import RegistryModel

/// P4: a renewal that was acknowledged holds for the instance's ttl from when it was sent, through standstills and restarts.
struct EarlyExpiryChecker: Checker {
    static let promise = Promise.notEarly

    /// A pause that is longer than this is one for certain: the tolerance of liveness time, and one tick.
    private static let standstill: Int64 = 1_100

    /// A commit on its way that expires some, and their ttls before it: it may change these as well.
    private struct Expiry {
        let start: Int64
        let ttls: [InstanceKey: Int64]
    }

    private var deadlines: Deadlines
    private var underWay: [Int: Expiry] = [:]

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
            var ttls: [InstanceKey: Int64] = [:]
            for key in group.expired { ttls[key] = self.deadlines.ttl(of: truth.latest(key)) }
            if !ttls.isEmpty { self.underWay[id] = Expiry(start: now, ttls: ttls) }
        case .durable(let id, let batch):
            let found = self.underWay.removeValue(forKey: id).map { self.check($0, batch) } ?? []
            for case .instance(let key, _, _, nil) in batch.records { self.deadlines.forget(key) }
            return found
        case .commitEnded(let id, _, _): self.underWay[id] = nil
        case .crashed: self.underWay = [:]
        default: break
        }
        return []
    }

    /// Only now, with the deadlines as they are: whoever is heard while his expiry is committed is answered after it, or it is void.
    private func check(_ expiry: Expiry, _ batch: CommittedBatch) -> [String] {
        batch.expired.compactMap { key in
            guard let ttl = expiry.ttls[key], let deadline = self.deadlines.deadline(of: key, ttl: ttl),
                expiry.start < deadline
            else { return nil }
            if let sign = self.deadlines.sign(of: key), sign > expiry.start {
                return "\(key) is expired, though a renewal was acknowledged meanwhile"
            }
            return "\(key) is expired \(deadline - expiry.start) ms early"
        }
    }
}
