import RegistryModel

/// How records would be, and what an earlier command of the group made of them.
extension Draft {
    mutating func service(_ key: ServiceKey, _ state: borrowing CatalogState) -> Service? {
        let place = self.place(of: key, state)
        return self.services[place].value
    }

    mutating func instance(_ key: InstanceKey, _ state: borrowing CatalogState) -> Instance? {
        let place = self.place(of: key, state)
        return self.instances[place].value
    }

    mutating func tombstone(_ key: InstanceKey, _ state: borrowing CatalogState) -> Tombstone? {
        // Most registries have no tombstone at most times, and nobody needs to look for one then.
        if state.tombstones.isEmpty, self.tombstones.isEmpty { return nil }
        let place = self.tombstonePlace(of: key, state)
        return self.tombstones[place].value
    }

    mutating func hasService(_ key: ServiceKey, _ state: borrowing CatalogState) -> Bool {
        let place = self.place(of: key, state)
        return self.services[place].exists
    }

    mutating func instanceCount(of key: ServiceKey, _ state: borrowing CatalogState) -> Int {
        let place = self.place(of: key, state)
        return self.counts[place]
    }

    /// The row that a service has or had; nil when it needs a new number.
    mutating func number(of key: ServiceKey, _ state: borrowing CatalogState) -> Int64? {
        let place = self.place(of: key, state)
        return self.services[place].number
    }

    /// The row that an instance has or had; nil when it needs a new number.
    mutating func number(of key: InstanceKey, _ state: borrowing CatalogState) -> Int64? {
        let place = self.place(of: key, state)
        return self.instances[place].number
    }

    /// The row that a tombstone of this instance has or had; nil when it needs a new number.
    mutating func tombstoneNumber(_ key: InstanceKey, _ state: borrowing CatalogState) -> Int64? {
        let place = self.tombstonePlace(of: key, state)
        return self.tombstones[place].number
    }

    /// Whether an earlier command of the group writes this service's record.
    mutating func isWritten(_ key: ServiceKey, _ state: borrowing CatalogState) -> Bool {
        let place = self.place(of: key, state)
        return self.services[place].write != nil
    }

    /// Whether an earlier command of the group writes this instance.
    mutating func isWritten(_ key: InstanceKey, _ state: borrowing CatalogState) -> Bool {
        let place = self.place(of: key, state)
        return self.instances[place].write != nil
    }

    /// Whether an earlier command of the group brings this instance.
    mutating func isNew(_ key: InstanceKey, _ state: borrowing CatalogState) -> Bool {
        let place = self.place(of: key, state)
        return self.instances[place].isNew
    }

    /// Whether an earlier command of the group writes the tombstone of this instance.
    mutating func isTombstoneWritten(_ key: InstanceKey, _ state: borrowing CatalogState) -> Bool {
        let place = self.tombstonePlace(of: key, state)
        return self.tombstones[place].write != nil
    }

    /// The writes that an answer about a service, or with an id about one of its instances, rests on.
    mutating func writes(touching key: ServiceKey, _ id: String?, _ state: borrowing CatalogState) -> AwaitedWrites {
        let service = self.place(of: key, state)
        var awaited = AwaitedWrites(service: self.services[service].write)
        guard let id else { return awaited }
        let key = InstanceKey(service: key, id: id)
        let instance = self.place(of: key, state)
        awaited.instance = self.instances[instance].write
        guard !self.tombstones.isEmpty else { return awaited }
        let tombstone = self.tombstonePlace(of: key, state)
        awaited.tombstone = self.tombstones[tombstone].write
        return awaited
    }
}
