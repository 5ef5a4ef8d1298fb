import RegistryCatalog
import RegistryModel

/// P5: who is silent is DOWN within its ttl and a bound, as long as one node at least was not disturbed for so long: a second, and
/// three more for each member that may be before that node in rank.
struct ClusterLateExpiryChecker: Checker {
    static let promise = Promise.notLate

    private static let precedence: Int64 = 3_000
    private static let bound: Int64 = 1_000
    /// What a watch may be late by now and then.
    private static let slack: Int64 = 1_600
    /// A commit that takes longer stops the clock of deadlines.
    private static let patience: Int64 = 1_000
    /// How long a store that failed once may count as away.
    private static let recovery: Int64 = 3_000

    private let ttls: Deadlines
    /// When an instance was last touched by anything that may have renewed it.
    private var touched: [InstanceKey: Int64] = [:]
    private var keys: [Int64: InstanceKey] = [:]
    /// The instances that owe heartbeats and are not DOWN, and their ttls.
    private var owing: [InstanceKey: Int64] = [:]
    /// Since when nothing keeps each node from doing what is due.
    private var calm: [Int: Int64] = [:]
    private var begun: [Int: Int64] = [:]
    /// How much troubles each of them at the moment.
    private var troubles: [Int: Int] = [:]
    private var members: [(time: Int64, count: Int)] = []

    init(_ settings: SimulationSettings) { self.ttls = Deadlines(ttl: settings.catalog.ttl) }

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        self.check(event, from: nil, at: now, truth)
    }

    mutating func check(_ event: Event, from node: Int?, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .invoked(let call): if let key = call.instance { self.touch(key, now) }
        case .durable(_, let batch): self.take(batch, at: now)
        case .digest(let digest):
            for number in digest.beats { if let key = self.keys[number] { self.touch(key, now) } }
        case .members(let count): self.note(count, at: now)
        case .beset: if let node { self.troubles[node, default: 0] += 1 }
        case .relieved:
            if let node { self.troubles[node, default: 0] -= 1 }
            self.disturb(node, now)
        case .crashed: if let node { self.calm[node] = nil }
        case .loaded: if let node { self.calm[node] = now }
        case .paused, .cut, .stormed, .reloading: self.disturb(node, now)
        case .committing(let id, _): self.begun[id] = now
        case .commitEnded(let id, let failed, _):
            let took = now - (self.begun.removeValue(forKey: id) ?? now)
            if failed || took > Self.patience { self.disturb(node, now + (failed ? Self.recovery : 0)) }
        case .sampled: return self.overdue(at: now)
        default: break
        }
        return []
    }

    private mutating func disturb(_ node: Int?, _ time: Int64) {
        if let node, let calm = self.calm[node] { self.calm[node] = max(calm, time) }
    }

    private mutating func touch(_ key: InstanceKey, _ time: Int64) { self.touched[key] = time }

    private mutating func note(_ count: Int, at now: Int64) {
        self.members.append((now, count))
        if self.members.count > 100 { self.members.removeFirst() }
    }

    private mutating func take(_ batch: CommittedBatch, at now: Int64) {
        for case .instance(let key, let number, _, let instance) in batch.records {
            self.keys[number] = instance == nil ? nil : key
            self.owing[key] = instance?.health.state == .down ? nil : self.ttls.ttl(of: instance)
            self.touch(key, now)
        }
    }

    /// The most that there were at a time since then, what it began with included.
    private func members(since start: Int64) -> Int {
        let later = self.members.lastIndex { $0.time <= start } ?? 0
        return self.members[later...].map(\.count).max() ?? ClusterWorld.size
    }

    private func overdue(at now: Int64) -> [String] {
        self.owing.sorted { $0.key < $1.key }.compactMap { key, ttl in
            // The node that was disturbed least lately.
            guard let calmest = self.calm.filter({ self.troubles[$0.key] ?? 0 == 0 }).values.min() else { return nil }
            let start = max(self.touched[key] ?? 0, calmest)
            let rank = self.members(since: now - ttl - 30_000)
            let late = now - start - ttl - Self.bound - Self.slack - Int64(max(rank - 1, 0)) * Self.precedence
            return late > 0 ? "\(key) is not DOWN \(late) ms after its bound" : nil
        }
    }
}
