import RegistryCatalog
import RegistryModel

/// What one watcher knows, built from its events alone, and what is wrong with how it was told.
struct WatchedView {
    struct Seen {
        var revision: Revision
        var instances: [String: Instance]
    }

    var scope: WatchScope
    var view: [ServiceKey: Seen] = [:]
    /// Where it is for certain, and what its view was there: a cut takes it back to this.
    var resumable: Revision?
    var kept: [ServiceKey: Seen] = [:]
    /// Told since then.
    var mentioned: Set<ServiceKey> = []
    /// The newest revision that was told since then; beside a gap each service is told for itself.
    var newest = Revision.zero
    var hasGap = false
    /// Services of which a snapshot is owed, after a gap or at the beginning.
    var owed: Set<ServiceKey> = []
    /// Everything in the scope is told anew until `synced`.
    var isBeginning = true
    var isSynced = false

    mutating func hear(_ told: Told, _ truth: Truth) -> [String] {
        var found: [String] = []
        let isGap = if case .gap = told.event { true } else { false }
        // What was read anew is told again though it is no later, behind a gap.
        if let resumable, told.revision < resumable || told.revision == resumable && !isGap && !self.hasGap {
            found.append("it had been told all of \(resumable)")
        }
        switch told.event {
        case .snapshot(let key, let snapshot): found += self.take(key, snapshot)
        case .delta(let delta): found += self.take(delta)
        case .gap(let key, let from, _):
            self.hasGap = true
            // It may have been looked through further than to the last event, as long as there was none to tell.
            let untold = truth.touched(after: self.resumable ?? .zero, to: from).filter(self.scope.covers)
            if from < self.resumable ?? .zero || untold.contains(where: { key.name == "*" || $0 == key }) {
                found.append("it has seen only \(self.resumable.map { "\($0)" } ?? "nothing")")
            }
            if key.name == "*" {
                self.view = [:]
                self.isBeginning = true
                self.isSynced = false
                if case .services = self.scope { found.append("its scope has no *") }
            } else {
                self.owed.insert(key)
            }
        case .synced: self.isSynced = true
        }
        return found
    }

    private mutating func take(_ key: ServiceKey, _ snapshot: ServiceSnapshot?) -> [String] {
        var found: [String] = []
        if !self.scope.covers(key) { found.append("it does not watch \(key)") }
        if self.owed.remove(key) == nil, !self.isBeginning { found.append("no gap was told before") }
        self.view[key] = snapshot.map { snapshot in
            Seen(revision: snapshot.revision, instances: snapshot.byID)
        }
        self.mentioned.insert(key)
        return found
    }

    private mutating func take(_ delta: ServiceDelta) -> [String] {
        var found: [String] = []
        let key = delta.key
        if !self.scope.covers(key) { found.append("it does not watch \(key)") }
        if delta.revision < self.newest, !self.hasGap { found.append("it had been told of \(self.newest) before") }
        self.newest = max(self.newest, delta.revision)
        let seen = self.view[key]?.revision ?? .zero
        if delta.previous != seen { found.append("it has seen \(key) at \(seen), this follows \(delta.previous)") }
        self.mentioned.insert(key)
        guard delta.service != nil else {
            self.view[key] = nil
            return found
        }
        var instances = self.view.removeValue(forKey: key)?.instances ?? [:]
        for entry in delta.entries where !entry.change.instance.isEmpty {
            if entry.change.revision != delta.revision {
                found.append("it carries a change of \(entry.change.revision)")
            }
            instances[entry.change.instance] = entry.after?.instance
        }
        for (_, after) in delta.others { instances[after.id] = after.instance }
        self.view[key] = Seen(revision: delta.revision, instances: instances)
        return found
    }

    /// It may resume from here: all of this revision was told, and nothing else.
    mutating func settle(_ revision: Revision, _ truth: Truth) -> [String] {
        var found: [String] = []
        if revision > truth.newest { found.append("the disk is at \(truth.revision)") }
        if !self.owed.isEmpty { found.append("no snapshot of \(self.owed.sorted()) followed the gap") }
        if self.isBeginning, self.scope.isBroad, !self.isSynced { found.append("synced is missing") }
        var changed = truth.touched(after: self.resumable ?? .zero, to: revision).filter(self.scope.covers)
        changed.formUnion(self.mentioned)
        if self.isBeginning { changed.formUnion(self.view.keys) }
        for key in changed.sorted() {
            if let difference = self.difference(of: key, truth.version(of: key, at: revision)) {
                found.append(difference)
            }
        }
        self.resumable = revision
        self.kept = self.view
        self.mentioned = []
        self.newest = .zero
        self.hasGap = false
        self.owed = []
        self.isBeginning = false
        self.isSynced = false
        return found
    }

    private func difference(of key: ServiceKey, _ version: Truth.Version?) -> String? {
        let seen = self.view[key]
        let truth = version?.service == nil ? nil : version
        guard let seen, let truth else {
            return (seen == nil) == (truth == nil)
                ? nil : "its view has \(seen == nil ? "no" : "a") service \(key), the truth does not agree"
        }
        if seen.revision != truth.revision {
            return "its view of \(key) is of \(seen.revision), the truth is of \(truth.revision)"
        }
        return seen.instances == truth.instances ? nil : "its view of \(key) has other instances than the truth"
    }
}

extension ServiceSnapshot {
    fileprivate var byID: [String: Instance] {
        var instances: [String: Instance] = [:]
        for record in self.instances { instances[record.id] = record.instance }
        return instances
    }
}

extension WatchScope {
    /// Whether it watches a service.
    func covers(_ key: ServiceKey) -> Bool {
        switch self {
        case .services(let keys): keys.contains(key)
        case .namespace(let namespace): key.namespace == namespace
        case .everything: true
        }
    }

    fileprivate var isBroad: Bool {
        if case .services(let keys) = self { keys.count > 1 } else { true }
    }
}
