import RegistryModel

/// The state that one group of commands leads to, while nothing of it is committed yet.
///
/// Commands are decided one after another, each on the state that the earlier ones leave. The draft holds only the records that
/// were looked at, and is dropped when its group is over, whatever became of it. A record is looked up in the committed state
/// once; commands that follow each other mostly mean the same service, so the place of the latest one is at hand.
struct Draft {
    let time: Timestamp
    let rule: ProtectionRule

    private(set) var services: [DraftRecord<ServiceKey, Service>] = []
    private(set) var instances: [DraftRecord<InstanceKey, Instance>] = []
    private(set) var tombstones: [DraftRecord<InstanceKey, Tombstone>] = []
    var overrides = DraftTable<OverrideKey, Override>()
    var subscriptions = DraftTable<String, Subscription>()
    /// How many more overrides there would be.
    var overrideBalance = 0
    /// Instances with an incarnation that this group put somewhere.
    var arrivals: [Address: [InstanceKey]] = [:]
    private var servicePlaces: [ServiceKey: Int] = [:]
    private(set) var instancePlaces: [InstanceName: Int] = [:]
    private var tombstonePlaces: [InstanceName: Int] = [:]
    private var latestService: Int?
    private var latestInstance: Int?
    /// How many instances each service would have, by its place.
    private(set) var counts: [Int] = []
    /// How these would stand, by the service's place.
    var standings: [DraftStandings] = []
    var order: [Place] = []
    private(set) var changes: [(change: Change, service: Int, instance: Int?)] = []

    /// An instance by the place of its service, which is cheaper to hash than the service's key.
    struct InstanceName: Hashable {
        let service: Int
        let id: String
    }

    init(time: Timestamp, rule: ProtectionRule) {
        self.time = time
        self.rule = rule
    }

    // MARK: Finding

    mutating func place(of key: ServiceKey, _ state: borrowing CatalogState) -> Int {
        if let latestService, self.services[latestService].key == key { return latestService }
        if let place = self.servicePlaces[key] {
            self.latestService = place
            return place
        }
        let place = self.services.count
        let entry = state.entry(of: key)
        self.services.append(
            DraftRecord(key: key, service: place, committed: entry?.service, expected: entry?.recordRevision))
        self.counts.append(entry?.instances.count ?? 0)
        self.standings.append(DraftStandings(entry))
        self.servicePlaces[key] = place
        self.latestService = place
        return place
    }

    mutating func place(of key: InstanceKey, _ state: borrowing CatalogState) -> Int {
        let service = self.place(of: key.service, state)
        if let latestInstance, self.instances[latestInstance].service == service,
            self.instances[latestInstance].key.id == key.id
        {
            return latestInstance
        }
        let name = InstanceName(service: service, id: key.id)
        let place = self.instancePlaces[name] ?? self.instances.count
        if place == self.instances.count {
            let committed = state.instance(key)?.instance
            self.instances.append(
                DraftRecord(key: key, service: service, committed: committed, expected: committed?.revision))
            self.instancePlaces[name] = place
        }
        self.latestInstance = place
        return place
    }

    mutating func tombstonePlace(of key: InstanceKey, _ state: borrowing CatalogState) -> Int {
        let service = self.place(of: key.service, state)
        let name = InstanceName(service: service, id: key.id)
        if let place = self.tombstonePlaces[name] { return place }
        let committed = state.tombstones[key]
        self.tombstones.append(
            DraftRecord(key: key, service: service, committed: committed, expected: committed?.revision))
        self.tombstonePlaces[name] = self.tombstones.count - 1
        return self.tombstones.count - 1
    }

    // MARK: Changing

    /// Puts, or with nil removes, a service's record.
    mutating func put(_ service: Service?, at key: ServiceKey, _ state: borrowing CatalogState) {
        let place = self.place(of: key, state)
        self.standings[place].hasProtection = service?.protection != nil
        if self.services[place].put(service, write: self.order.count) { self.order.append(.service(place)) }
    }

    /// Puts, or with nil removes, an instance, and rewrites the record of its service, which has to exist.
    mutating func put(_ instance: Instance?, at key: InstanceKey, _ state: borrowing CatalogState) {
        let place = self.place(of: key, state)
        let before = self.instances[place].value
        let isThere = instance != nil
        if self.instances[place].put(instance, write: self.order.count) { self.order.append(.instance(place)) }
        let service = self.instances[place].service
        self.counts[service] += (isThere ? 1 : 0) - (before == nil ? 0 : 1)
        self.standings[service].replace(before, with: instance, at: self.time, self.rule)
        self.touch(service)
    }

    /// What is written of an instance is void if it has beaten elsewhere.
    mutating func rest(onSilenceOf key: InstanceKey, _ state: borrowing CatalogState) {
        self.instances[self.place(of: key, state)].restsOnSilence = true
    }

    mutating func put(_ tombstone: Tombstone?, at key: InstanceKey, _ state: borrowing CatalogState) {
        let place = self.tombstonePlace(of: key, state)
        if self.tombstones[place].put(tombstone, write: self.order.count) { self.order.append(.tombstone(place)) }
    }

    /// Rewrites a service's record, if it has one, so that its revision moves.
    mutating func touch(_ key: ServiceKey, _ state: borrowing CatalogState) {
        self.touch(self.place(of: key, state))
    }

    private mutating func touch(_ place: Int) {
        guard self.services[place].exists else { return }
        if self.services[place].rewrite(write: self.order.count) { self.order.append(.service(place)) }
        let isEmpty = self.counts[place] == 0
        self.services[place].change { service in
            if isEmpty != (service.emptySince != nil) { service.emptySince = isEmpty ? self.time : nil }
        }
    }

    /// Records a change of a service, or of one of its instances, that this draft has already touched.
    mutating func record(_ change: Change, _ state: borrowing CatalogState) {
        let service = self.place(of: change.service, state)
        let instance =
            change.instance.isEmpty
            ? nil : self.place(of: InstanceKey(service: change.service, id: change.instance), state)
        self.changes.append((change, service, instance))
    }
}
