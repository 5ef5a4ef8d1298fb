import RegistryModel

/// The state that one group of commands leads to, while nothing of it is committed yet.
///
/// Commands are decided one after another, each on the state that the earlier ones leave. The draft holds only what differs
/// from the committed state, and is dropped when its group is over, whatever became of it.
struct Draft {
    /// A record as it is committed, and as it will be.
    struct Pending<Value> {
        let committed: Value?
        /// The revision of the committed record.
        let expected: Revision?
        var value: Value?
        /// Its place among the group's writes.
        let write: Int
    }

    let time: Timestamp
    private(set) var services: [ServiceKey: Pending<Service>] = [:]
    private(set) var instances: [InstanceKey: Pending<Instance>] = [:]
    private(set) var tombstones: [InstanceKey: Pending<Tombstone>] = [:]
    /// How many more instances a service has than is committed.
    private var growth: [ServiceKey: Int] = [:]
    private var order: [Place] = []
    private var changes: [Change] = []

    private enum Place {
        case service(ServiceKey)
        case instance(InstanceKey)
        case tombstone(InstanceKey)
    }

    init(time: Timestamp) { self.time = time }

    // MARK: Looking

    func service(_ key: ServiceKey, _ state: CatalogState) -> Service? {
        if let pending = self.services[key] { return pending.value }
        return state.services[key]?.service
    }

    func instance(_ key: InstanceKey, _ state: CatalogState) -> Instance? {
        if let pending = self.instances[key] { return pending.value }
        return state.instance(key)?.instance
    }

    func tombstone(_ key: InstanceKey, _ state: CatalogState) -> Tombstone? {
        if let pending = self.tombstones[key] { return pending.value }
        return state.tombstones[key]
    }

    func instanceCount(of key: ServiceKey, _ state: CatalogState) -> Int {
        (state.services[key]?.instances.count ?? 0) + (self.growth[key] ?? 0)
    }

    /// The writes that an answer about a service, or with an id about one of its instances, rests on.
    func writes(touching key: ServiceKey, _ instanceID: String?) -> [Int] {
        var writes: [Int] = []
        if let pending = self.services[key] { writes.append(pending.write) }
        guard let instanceID else { return writes }
        let key = InstanceKey(service: key, id: instanceID)
        if let pending = self.instances[key] { writes.append(pending.write) }
        if let pending = self.tombstones[key] { writes.append(pending.write) }
        return writes
    }

    // MARK: Changing

    /// Puts, or with nil removes, a service's record.
    mutating func put(_ service: Service?, at key: ServiceKey, _ state: CatalogState) {
        if self.services[key] == nil {
            let entry = state.services[key]
            self.services[key] = Pending(
                committed: entry?.service, expected: entry?.recordRevision, value: service, write: self.order.count)
            self.order.append(.service(key))
        } else {
            self.services[key]?.value = service
        }
    }

    /// Puts, or with nil removes, an instance, and rewrites the record of its service, which has to exist.
    mutating func put(_ instance: Instance?, at key: InstanceKey, _ state: CatalogState) {
        let before = self.instance(key, state)
        if self.instances[key] == nil {
            self.instances[key] = Pending(
                committed: before, expected: before?.revision, value: instance, write: self.order.count)
            self.order.append(.instance(key))
        } else {
            self.instances[key]?.value = instance
        }
        self.growth[key.service, default: 0] += (instance == nil ? 0 : 1) - (before == nil ? 0 : 1)
        self.touch(key.service, state)
    }

    mutating func put(_ tombstone: Tombstone?, at key: InstanceKey, _ state: CatalogState) {
        if self.tombstones[key] == nil {
            let committed = state.tombstones[key]
            self.tombstones[key] = Pending(
                committed: committed, expected: committed?.revision, value: tombstone, write: self.order.count)
            self.order.append(.tombstone(key))
        } else {
            self.tombstones[key]?.value = tombstone
        }
    }

    /// Rewrites a service's record, if it has one, so that its revision moves.
    mutating func touch(_ key: ServiceKey, _ state: CatalogState) {
        guard var service = self.service(key, state) else { return }
        let isEmpty = self.instanceCount(of: key, state) == 0
        if isEmpty {
            service.emptySince = service.emptySince ?? self.time
        } else {
            service.emptySince = nil
        }
        self.put(service, at: key, state)
    }

    /// The number of the row that a tombstone of this instance has or had; nil when it needs a new one.
    func tombstoneNumber(_ key: InstanceKey, _ state: CatalogState) -> Int64? {
        (self.tombstones[key]?.committed ?? state.tombstones[key])?.number
    }

    /// Records a change of a service that this draft has already touched.
    mutating func record(_ change: Change) { self.changes.append(change) }

    // MARK: The group

    /// What is to be committed, and for each place of a write its index there; nil for what came and went within the group.
    func group(_ state: CatalogState) -> (group: CommitGroup, indices: [Int?]) {
        var writes: [Write] = []
        let indices = self.order.map { place -> Int? in
            let write =
                switch place {
                case .service(let key): self.write(ofService: key)
                case .instance(let key): self.write(ofInstance: key)
                case .tombstone(let key): self.write(ofTombstone: key)
                }
            guard let write else { return nil }
            writes.append(write)
            return writes.count - 1
        }
        let changes = self.changes.compactMap { change -> CommitGroup.RecordedChange? in
            // An instance that came and went within the group has no write of its own.
            let instance = self.instances[InstanceKey(service: change.service, id: change.instance)]
            let write =
                instance.flatMap { indices[$0.write] } ?? self.services[change.service].flatMap { indices[$0.write] }
            return write.map { CommitGroup.RecordedChange(change, write: $0) }
        }
        return (CommitGroup(time: self.time, writes: writes, changes: changes), indices)
    }

    private func write(ofService key: ServiceKey) -> Write? {
        guard let pending = self.services[key], let number = pending.value?.number ?? pending.committed?.number else {
            return nil
        }
        return Write(.service(key, number: number, pending.value), expected: pending.expected)
    }

    private func write(ofInstance key: InstanceKey) -> Write? {
        guard let pending = self.instances[key], let number = pending.value?.number ?? pending.committed?.number,
            let service = self.services[key.service].flatMap({ $0.value?.number ?? $0.committed?.number })
        else { return nil }
        return Write(
            .instance(key, number: number, service: service, pending.value), expected: pending.expected)
    }

    private func write(ofTombstone key: InstanceKey) -> Write? {
        guard let pending = self.tombstones[key], let number = pending.value?.number ?? pending.committed?.number else {
            return nil
        }
        return Write(.tombstone(key, number: number, pending.value), expected: pending.expected)
    }
}
