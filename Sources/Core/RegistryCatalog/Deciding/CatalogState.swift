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

    var revision = Revision.zero
    var tombstones: [InstanceKey: Tombstone] = [:]
    var counts = StateCounts()
    /// By place; nil where a service was that is gone. A commit finds the place of each of its services once.
    var entries: [ServiceEntry?] = []
    private var places: [ServiceKey: Int] = [:]
    private var freePlaces: [Int] = []
    private var nextNumber: Int64 = 1

    init() {}

    /// A number for a new row; never given out again by this process.
    mutating func takeNumber() -> Int64 {
        defer { self.nextNumber += 1 }
        return self.nextNumber
    }

    // MARK: Looking

    var services: some Sequence<ServiceEntry> { self.entries.lazy.compactMap { $0 } }

    func entry(of key: ServiceKey) -> ServiceEntry? { self.places[key].flatMap { self.entries[$0] } }

    func instance(_ key: InstanceKey) -> InstanceRecord? {
        guard let place = self.places[key.service] else { return nil }
        guard let found = self.entries[place]?.instances.search(key.id), found.isPresent else { return nil }
        return self.entries[place]?.instances[found.index]
    }

    // MARK: Places

    func place(of key: ServiceKey) -> Int? { self.places[key] }

    /// Puts the record of a service where it is, or in a place of its own.
    mutating func put(_ service: Service) -> Int {
        if let place = self.places[service.key] {
            self.entries[place]?.service = service
            self.entries[place]?.recordRevision = service.revision
            return place
        }
        return self.add(ServiceEntry(service: service, recordRevision: service.revision, instances: []))
    }

    private mutating func add(_ entry: ServiceEntry) -> Int {
        let place = self.freePlaces.popLast() ?? self.entries.count
        if place == self.entries.count { self.entries.append(entry) } else { self.entries[place] = entry }
        self.places[entry.service.key] = place
        self.counts.services += 1
        return place
    }

    mutating func remove(_ key: ServiceKey) {
        guard let place = self.places.removeValue(forKey: key) else { return }
        self.entries[place] = nil
        self.freePlaces.append(place)
        self.counts.services -= 1
    }

    // MARK: Loading

    /// Takes over what a store holds. `makeLease` gives each instance its lease.
    init(_ stored: StoredCatalog, makeLease: (InstanceKey, Instance) -> Lease?) {
        self.revision = stored.revision
        self.nextNumber = stored.nextNumber
        let instances = Dictionary(grouping: stored.instances, by: \.service)
        self.places.reserveCapacity(stored.services.count)
        self.entries.reserveCapacity(stored.services.count)
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
            _ = self.add(ServiceEntry(service: service, recordRevision: recordRevision, instances: records))
        }
        for entry in stored.tombstones {
            self.tombstones[InstanceKey(service: entry.service, id: entry.tombstone.id)] = entry.tombstone
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
