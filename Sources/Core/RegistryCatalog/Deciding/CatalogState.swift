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
        var tally = ProtectionTally()
    }

    var revision: Revision
    var tombstones: [InstanceKey: Tombstone] = [:]
    var overrides: OverrideTable
    var addresses: AddressTable
    var subscriptions = SubscriptionRoll()
    var counts = StateCounts()
    /// Services that are protected, were until an operator lifted it, or still have suspects.
    var doubted: Set<ServiceKey> = []
    /// Services whose records do not tell of all that was committed; kept only where several nodes write them.
    var behind: Set<ServiceKey> = []
    var wide = WideProtection(window: CatalogSettings().ttl)
    /// By place; nil where a service was that is gone. A commit finds the place of each of its services once.
    var entries: [ServiceEntry?] = []
    var sharedSpecs = SharedSpecs()
    private var places: [ServiceKey: Int] = [:]
    private var freePlaces: [Int] = []
    var numbers: NumberPool
    /// Of everything that is committed; kept only where several nodes compare theirs.
    var hash: StateHash?
    /// By ``Instance/number``, for beats that others took; kept only where there are others.
    var leases: [Int64: Lease]?
    /// The position of the newest digest whose beats the leases know.
    var knownDigests: Int64 = 0

    /// - Parameters:
    ///   - nextNumber: above every number ever given to a row.
    ///   - room: how many services there will be at once.
    ///   - instances: how many instances there will be at once.
    ///   - overrideAbsence: how long a decision outlives what it is about.
    init(
        revision: Revision = .zero, nextNumber: Int64 = 1, room: Int = 0, instances: Int = 0,
        overrideAbsence: TimeSpan = Limits.overrideAbsence
    ) {
        self.revision = revision
        self.overrides = OverrideTable(absence: overrideAbsence)
        self.addresses = AddressTable(room: instances)
        self.numbers = NumberPool(nextNumber..<Int64.max)
        self.places.reserveCapacity(room)
        self.entries.reserveCapacity(room)
    }

    /// A number for a new row; never given out again by this process.
    mutating func takeNumber() -> Int64 { self.numbers.take() }

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

    @discardableResult
    mutating func add(_ entry: ServiceEntry) -> Int {
        let place = self.freePlaces.popLast() ?? self.entries.count
        if place == self.entries.count { self.entries.append(entry) } else { self.entries[place] = entry }
        self.places[entry.service.key] = place
        self.counts.services += 1
        return place
    }

    mutating func remove(_ key: ServiceKey) {
        guard let place = self.places.removeValue(forKey: key) else { return }
        for record in self.entries[place]?.instances ?? [] {
            self.addresses.replace(record, with: nil, service: place)
            self.noteShared(record, nil, key)
        }
        self.entries[place] = nil
        self.doubted.remove(key)
        self.behind.remove(key)
        self.freePlaces.append(place)
        self.counts.services -= 1
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
    var suspect = 0
    /// DOWN by a doubtful observation alone, suspects included.
    var doubtful = 0

    mutating func add(_ instance: Instance) { self.count(instance, by: 1) }
    mutating func remove(_ instance: Instance) { self.count(instance, by: -1) }

    private mutating func count(_ instance: Instance, by step: Int) {
        self.instances += step
        if instance.isAvailable { self.available += step }
        if instance.health.isSuspect { self.suspect += step }
        if instance.standing == .fallen || instance.standing == .suspect { self.doubtful += step }
        switch instance.health.state {
        case .up: self.up += step
        case .down: self.down += step
        case .unknown: self.unknown += step
        }
    }
}
