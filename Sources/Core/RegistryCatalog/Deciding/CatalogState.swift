import RegistryModel

/// All that is committed, as this node knows it. Changed only by ``apply(_:makeLease:)``, in the order of revisions.
struct CatalogState {
    struct ServiceEntry {
        /// Its revision is that of the newest commit that touched it or one of its instances.
        var service: Service
        /// The revision of its own record: below the service's when a commit reached an instance alone.
        var recordRevision: Revision
        /// In the order of their ids.
        var instances: [InstanceRecord]
    }

    private(set) var revision = Revision.zero
    private(set) var services: [ServiceKey: ServiceEntry] = [:]
    private(set) var tombstones: [InstanceKey: Tombstone] = [:]
    private(set) var counts = StateCounts()
    private var nextNumber: Int64 = 1

    init() {}

    func instance(_ key: InstanceKey) -> InstanceRecord? {
        guard let instances = self.services[key.service]?.instances else { return nil }
        let index = instances.firstIndex(atOrAbove: key.id)
        return index < instances.count && instances[index].id == key.id ? instances[index] : nil
    }

    /// A number for a new row; never given out again by this process.
    mutating func takeNumber() -> Int64 {
        defer { self.nextNumber += 1 }
        return self.nextNumber
    }

    // MARK: Loading

    /// Takes over what a store holds. `makeLease` gives each instance its lease.
    init(_ stored: StoredCatalog, makeLease: (InstanceKey, Instance) -> Lease?) {
        self.revision = stored.revision
        self.nextNumber = stored.nextNumber
        let instances = Dictionary(grouping: stored.instances, by: \.service)
        self.services.reserveCapacity(stored.services.count)
        for var service in stored.services {
            let recordRevision = service.revision
            var records = (instances[service.number] ?? []).map { entry in
                let key = InstanceKey(service: service.key, id: entry.instance.id)
                return InstanceRecord(instance: entry.instance, lease: makeLease(key, entry.instance))
            }
            records.sort { $0.id < $1.id }
            for record in records {
                self.counts.add(record.instance)
                // A commit can have reached an instance without its service's record.
                service.revision = max(service.revision, record.instance.revision)
            }
            self.services[service.key] = ServiceEntry(
                service: service, recordRevision: recordRevision, instances: records)
        }
        for entry in stored.tombstones {
            self.tombstones[InstanceKey(service: entry.service, id: entry.tombstone.id)] = entry.tombstone
        }
        self.counts.services = self.services.count
    }

    // MARK: Applying

    /// What a batch did to one service.
    struct Applied {
        var key: ServiceKey
        /// Nil: the service is gone.
        var entry: ServiceEntry?
        var changes: [Change]
        /// Instances before and after, each once.
        var transitions: [String: (before: InstanceRecord?, after: InstanceRecord?)]
        var previousRevision: Revision
    }

    /// Takes over one committed batch. `makeLease` gives an instance its lease, or lets it keep the one it has; a lease that is
    /// not kept is cancelled there.
    mutating func apply(
        _ batch: CommittedBatch, makeLease: (InstanceKey, Instance, InstanceRecord?) -> Lease?
    ) -> [Applied] {
        var applied: [ServiceKey: Applied] = [:]
        var order: [ServiceKey] = []
        func touch(_ key: ServiceKey, _ state: borrowing CatalogState) {
            guard applied[key] == nil else { return }
            order.append(key)
            applied[key] = Applied(
                key: key, entry: nil, changes: [], transitions: [:],
                previousRevision: state.services[key]?.service.revision ?? .zero)
        }
        // Services come before their instances and go after them, whatever the order of the writes.
        for case .service(let key, _, let service?) in batch.records {
            touch(key, self)
            self.put(service, at: key)
        }
        for record in batch.records {
            switch record {
            case .service: break
            case .instance(let key, _, _, let instance):
                touch(key.service, self)
                let before = self.instance(key)
                guard self.services[key.service] != nil else { continue }
                let after = instance.map {
                    InstanceRecord(instance: self.sharing($0, at: key), lease: makeLease(key, $0, before))
                }
                if after == nil { before?.lease?.cancel() }
                self.put(after, before: before, at: key, revision: batch.revision)
                applied[key.service]?.transitions[key.id] = (before, after)
            case .tombstone(let key, _, let tombstone):
                self.tombstones[key] = tombstone
            }
        }
        for case .service(let key, _, nil) in batch.records {
            touch(key, self)
            self.services[key] = nil
        }
        for change in batch.changes {
            touch(change.service, self)
            applied[change.service]?.changes.append(change)
        }
        self.revision = batch.revision
        self.counts.services = self.services.count
        return order.compactMap { key in
            guard var result = applied[key] else { return nil }
            result.entry = self.services[key]
            return result
        }
    }

    /// The instance, with the storage of the one in its place, or beside it, for what both have in common.
    private func sharing(_ instance: Instance, at key: InstanceKey) -> Instance {
        guard let siblings = self.services[key.service]?.instances, !siblings.isEmpty else { return instance }
        var instance = instance
        let sibling = siblings[min(siblings.firstIndex(atOrAbove: key.id), siblings.count - 1)]
        instance.spec.share(with: sibling.instance.spec)
        return instance
    }

    private mutating func put(_ service: Service, at key: ServiceKey) {
        if self.services[key] == nil {
            self.services[key] = ServiceEntry(service: service, recordRevision: service.revision, instances: [])
        } else {
            self.services[key]?.service = service
            self.services[key]?.recordRevision = service.revision
        }
    }

    private mutating func put(
        _ after: InstanceRecord?, before: InstanceRecord?, at key: InstanceKey, revision: Revision
    ) {
        if let before { self.counts.remove(before.instance) }
        if let after { self.counts.add(after.instance) }
        guard let entry = self.services.index(forKey: key.service) else { return }
        let index = self.services.values[entry].instances.firstIndex(atOrAbove: key.id)
        switch (before, after) {
        case (nil, nil): break
        case (nil, let record?): self.services.values[entry].instances.insert(record, at: index)
        case (_?, let record?): self.services.values[entry].instances[index] = record
        case (_?, nil): self.services.values[entry].instances.remove(at: index)
        }
        if self.services.values[entry].service.revision < revision {
            self.services.values[entry].service.revision = revision
        }
    }
}

/// How many there are of what.
struct StateCounts: Sendable, Hashable {
    var services = 0
    var instances = 0
    var available = 0
    var up = 0
    var down = 0
    var unknown = 0

    mutating func add(_ instance: Instance) { self.count(instance, by: 1) }
    mutating func remove(_ instance: Instance) { self.count(instance, by: -1) }

    private mutating func count(_ instance: Instance, by step: Int) {
        self.instances += step
        if instance.isAvailable { self.available += step }
        switch instance.health.state {
        case .up: self.up += step
        case .down: self.down += step
        case .unknown: self.unknown += step
        }
    }
}
