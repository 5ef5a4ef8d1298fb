import RegistryCatalog
import RegistryModel

/// What the disk holds and ever held, worked out from its batches alone.
struct Truth {
    /// A service from one revision on, until its next version.
    struct Version {
        let revision: Revision
        /// Nil: there is no such service.
        let service: Service?
        /// With what operators decided on them.
        let instances: [String: Instance]
    }

    private(set) var revision = Revision.zero
    /// The newest commit, whether it did anything or met nothing but conflicts.
    private(set) var newest = Revision.zero
    private var services: [ServiceKey: [Version]] = [:]
    private var instances: [InstanceKey: [(revision: Revision, instance: Instance?)]] = [:]
    private var overrides = OverrideTruth()
    private(set) var tombstones: [InstanceKey: Tombstone] = [:]
    /// What each batch touched and recorded, and when it was durable, in order.
    private var batches: [(revision: Revision, time: Int64, touched: [ServiceKey], changes: [Change])] = []

    /// - Parameter now: monotonic milliseconds.
    mutating func apply(_ batch: CommittedBatch, at now: Int64) {
        self.revision = batch.revision
        self.noteEmpty(batch.revision)
        var next: [ServiceKey: (service: Service?, instances: [String: Instance])] = [:]
        func draft(_ key: ServiceKey, _ services: [ServiceKey: [Version]]) -> (Service?, [String: Instance]) {
            next[key] ?? (services[key]?.last?.service, services[key]?.last?.instances ?? [:])
        }
        for record in batch.records {
            switch record {
            case .service(let key, _, let service):
                next[key] = (service, draft(key, self.services).1)
            case .instance(let key, _, _, let instance):
                var (service, instances) = draft(key.service, self.services)
                var instance = instance
                instance?.apply(nil)
                instances[key.id] = instance
                next[key.service] = (service, instances)
                self.instances[key, default: []].append((batch.revision, instance))
            case .tombstone(let key, _, let tombstone):
                self.tombstones[key] = tombstone
            case .override(let key, _, let override):
                next[key.service] = draft(key.service, self.services)
                self.overrides.take(key, override, at: batch.revision)
            case .subscription: break
            }
        }
        for (key, version) in next {
            let instances = version.instances.mapValues { self.overrides.applied(to: $0, of: key) }
            self.services[key, default: []].append(
                Version(revision: batch.revision, service: version.service, instances: instances))
        }
        self.batches.append((batch.revision, now, next.keys.sorted(), batch.changes))
    }

    /// A commit did nothing.
    mutating func noteEmpty(_ revision: Revision) { self.newest = max(self.newest, revision) }

    /// How many batches there are up to a revision.
    private func count(to revision: Revision) -> Int {
        var low = 0
        var high = self.batches.count
        while low < high {
            let middle = (low + high) / 2
            if self.batches[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// When a revision became durable; nil: there is no such.
    func time(of revision: Revision) -> Int64? {
        let count = self.count(to: revision)
        return count > 0 && self.batches[count - 1].revision == revision ? self.batches[count - 1].time : nil
    }

    /// The newest revision that was durable before a time.
    func revision(before time: Int64) -> Revision? { self.batches.last { $0.time < time }?.revision }

    /// How many changes of a service, or of one of its instances alone, a commit records.
    func changeCount(of service: ServiceKey, _ instance: InstanceKey?, at revision: Revision) -> Int {
        let count = self.count(to: revision)
        guard count > 0, self.batches[count - 1].revision == revision else { return 0 }
        return self.batches[count - 1].changes.count { change in
            change.service == service && (instance == nil || change.instance == instance?.id)
        }
    }

    /// Every service that ever was.
    var keys: [ServiceKey] { self.services.keys.sorted() }

    /// A service as it was at a revision; nil when it had never been.
    func version(of key: ServiceKey, at revision: Revision) -> Version? {
        guard let versions = self.services[key] else { return nil }
        var low = 0
        var high = versions.count
        while low < high {
            let middle = (low + high) / 2
            if versions[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : versions[low - 1]
    }

    func latest(_ key: InstanceKey) -> Instance? { self.instances[key]?.last?.instance }

    /// Every state that an instance was in from one revision to another, the one at the beginning included.
    func states(of key: InstanceKey, from start: Revision, to end: Revision) -> [Instance?] {
        var states: [Instance?] = []
        for (revision, instance) in (self.instances[key] ?? []).reversed() where revision <= end {
            states.append(instance)
            if revision <= start { return states }
        }
        return states + [nil]
    }

    /// Every state that an override was in from one revision to another, the one at the beginning included.
    func states(of key: OverrideKey, from start: Revision, to end: Revision) -> [Override?] {
        self.overrides.states(of: key, from: start, to: end)
    }

    /// Every state that a service was in from one revision to another, the one at the beginning included.
    func states(of key: ServiceKey, from start: Revision, to end: Revision) -> [Service?] {
        var states: [Service?] = []
        for version in (self.services[key] ?? []).reversed() where version.revision <= end {
            states.append(version.service)
            if version.revision <= start { return states }
        }
        return states + [nil]
    }

    /// The services touched after one revision, up to another.
    func touched(after start: Revision, to end: Revision) -> Set<ServiceKey> {
        var keys: Set<ServiceKey> = []
        let (first, last) = (self.count(to: start), self.count(to: end))
        guard first < last else { return keys }
        for batch in self.batches[first..<last] { keys.formUnion(batch.touched) }
        return keys
    }

    /// The instances that exist now.
    var present: [InstanceKey: Instance] {
        var present: [InstanceKey: Instance] = [:]
        for (key, states) in self.instances { present[key] = states.last?.instance }
        return present
    }
}

extension ServiceSnapshot {
    /// What this shows otherwise than the truth; nil when nothing.
    func difference(from version: Truth.Version?) -> String? {
        guard let version, version.service != nil else { return "it shows \(self.key), which does not exist" }
        guard self.revision == version.revision else {
            return "it shows \(self.key) at revision \(self.revision), the truth is at \(version.revision)"
        }
        guard self.instances.count == version.instances.count else {
            return "it shows \(self.instances.count) instances of \(self.key), the truth has \(version.instances.count)"
        }
        for record in self.instances where version.instances[record.id] != record.instance {
            return "it shows another \(self.key)/\(record.id) at \(self.revision) than the truth"
        }
        return nil
    }
}
