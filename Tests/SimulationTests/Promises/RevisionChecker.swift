import RegistryCatalog
import RegistryModel

/// P2: a service's revision never decreases, for whoever looks, whatever happened in between.
struct RevisionChecker: Checker {
    static let promise = Promise.forward

    /// Whether each commit has the number after the one before it.
    var countsAll = true
    /// The highest that anybody read.
    private var read: [ServiceKey: Revision] = [:]
    /// The highest that each watcher was told, of each service.
    private var told: [Int: [ServiceKey: Revision]] = [:]
    private var committed = Revision.zero

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .durable(_, let batch):
            defer { self.committed = batch.revision }
            return batch.revision == self.committed.next || !self.countsAll && batch.revision > self.committed
                ? [] : ["commit \(batch.revision) follows \(self.committed)"]
        case .loaded(let snapshots, let applied):
            return snapshots.flatMap { self.see($0.key, $0.revision, "after a restart") }
                + (applied < self.committed ? ["a restart goes back from \(self.committed) to \(applied)"] : [])
        case .read(let reading):
            return reading.snapshot.map { self.see($0.key, $0.revision, "a reader") } ?? []
        case .told(let id, let told): return self.hear(id, told)
        case .watching(let id, _, let from):
            // What it was told after the revision that it resumes from, it may be told again.
            if let from { self.told[id] = self.told[id]?.mapValues { min($0, from) } }
            if from == nil { self.told[id] = [:] }
        default: break
        }
        return []
    }

    private mutating func see(_ key: ServiceKey, _ revision: Revision, _ who: String) -> [String] {
        let highest = self.read[key] ?? .zero
        if revision > highest { self.read[key] = revision }
        return revision < highest ? ["\(who) sees \(key) at \(revision) after it was at \(highest)"] : []
    }

    private mutating func hear(_ id: Int, _ told: Told) -> [String] {
        let key: ServiceKey
        let revision: Revision
        switch told.event {
        case .snapshot(let about, let snapshot?): (key, revision) = (about, snapshot.revision)
        case .delta(let delta): (key, revision) = (delta.key, delta.revision)
        case .snapshot(_, nil), .gap, .synced: return []
        }
        let highest = self.told[id]?[key] ?? .zero
        if revision > highest { self.told[id, default: [:]][key] = revision }
        return revision < highest ? ["watcher \(id) is told of \(key) at \(revision) after \(highest)"] : []
    }
}
