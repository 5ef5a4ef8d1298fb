import RegistryCatalog
import RegistryModel

/// P4, whichever nodes take the renewals: one that was acknowledged holds for the instance's ttl from when it was sent. And no node
/// calls silent who may have beaten while that node stood still, was cut off, or was not there.
struct ClusterEarlyExpiryChecker: Checker {
    static let promise = Promise.notEarly

    /// A pause that is longer is one for certain: the tolerance of liveness time, and one tick.
    private static let standstill: Int64 = 1_100
    /// So long without the store, and the node has noticed: an idle second, the patience for its digest, and some ticks.
    private static let outage: Int64 = 2_500
    /// What is noted when a process begins may be noted a moment late.
    private static let tolerance: Int64 = 50

    private struct Sign {
        let sent: Int64
        /// Of the instance that was meant.
        let number: Int64
    }

    private let ttls: Deadlines
    /// The newest last.
    private var signs: [InstanceKey: [Sign]] = [:]
    private static let remembered = 12
    private var disturbances: [Int: Disturbance] = [:]
    /// Before the newest commit that touched each: the one that expires it may change it as well.
    private var owed: [InstanceKey: Int64] = [:]

    /// Expiries on their way that should not have been decided.
    private var doubts: [Int: [(key: InstanceKey, text: String)]] = [:]

    private struct Disturbance {
        let start: Int64
        /// When the node cannot but have noticed.
        let noticed: Int64
        let end: Int64
    }

    init(_ settings: SimulationSettings) { self.ttls = Deadlines(ttl: settings.catalog.ttl) }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        self.check(event, from: nil, at: now, truth)
    }

    mutating func check(_ event: Event, from node: Int?, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .answered(let call, .success(let revision)): self.note(call, revision, truth)
        case .durable(_, let batch):
            // What was decided on too little conflicts, and is void.
            let expired = Set(batch.expired)
            let confirmed = self.doubts.values.flatMap { $0 }.filter { expired.contains($0.key) }.map(\.text)
            let found = self.check(batch, at: now, truth) + confirmed
            for case .instance(let key, _, _, let instance) in batch.records {
                self.owed[key] = self.ttls.ttl(of: instance)
            }
            return found
        case .loaded: self.disturb(node, from: .min, noticed: .min, to: now - Self.tolerance)
        case .paused(let start):
            if now - start > Self.standstill { self.disturb(node, from: start, noticed: start, to: now) }
        case .cut(let start):
            if now - start > Self.outage { self.disturb(node, from: start, noticed: start + Self.outage, to: now) }
        case .committing(let id, let group): self.doubts[id] = self.check(group, by: node, at: now, truth)
        case .commitEnded(let id, _, _): self.doubts[id] = nil
        default: break
        }
        return []
    }

    private mutating func disturb(_ node: Int?, from start: Int64, noticed: Int64, to end: Int64) {
        if let node { self.disturbances[node] = Disturbance(start: start, noticed: noticed, end: end) }
    }

    private mutating func note(_ call: Call, _ revision: Revision?, _ truth: Truth) {
        guard call.isSignOfLife, let key = call.instance else { return }
        // The one that its node knew: if that was replaced elsewhere, nobody else is meant.
        let asked = truth.version(of: key.service, at: revision ?? call.applied)?.instances[key.id]
        guard let asked, call.incarnation == nil || call.incarnation == asked.incarnation else { return }
        var signs =
            (self.signs[key] ?? []).filter { $0.number == asked.number } + [Sign(sent: call.sent, number: asked.number)]
        signs.sort { $0.sent < $1.sent }
        self.signs[key] = signs.suffix(Self.remembered)
    }

    private func check(_ batch: CommittedBatch, at now: Int64, _ truth: Truth) -> [String] {
        batch.expired.compactMap { key in
            guard let instance = truth.latest(key), let ttl = self.owed[key],
                let sign = self.signs[key]?.last, sign.number == instance.number, now < sign.sent + ttl
            else { return nil }
            return "\(key) is expired \(sign.sent + ttl - now) ms early"
        }
    }

    private func check(
        _ group: CommitGroup, by node: Int?, at now: Int64, _ truth: Truth
    ) -> [(key: InstanceKey, text: String)] {
        guard let node, let disturbance = self.disturbances[node] else { return [] }
        // As the node knows them.
        var instances: [InstanceKey: Instance] = [:]
        for case .instance(let key, _, _, let instance) in group.writes.map(\.record) { instances[key] = instance }
        return group.expired.compactMap { key in
            // A later command of the group may have heard it.
            guard let instance = instances[key], instance.health.state == .down, let ttl = self.ttls.ttl(of: instance),
                now < disturbance.end + ttl
            else { return nil }
            // Whoever was overdue before may be found so after it.
            let sign = self.signs[key]?.last { $0.number == instance.number && $0.sent <= disturbance.start }
            guard disturbance.start == .min || sign.map({ $0.sent + ttl > disturbance.noticed }) ?? false else {
                return nil
            }
            return (key, "\(key) is taken for silent \(disturbance.end + ttl - now) ms early after a standstill")
        }
    }
}
