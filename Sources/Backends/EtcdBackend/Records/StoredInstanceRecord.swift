import RegistryModel

/// The stored form of an instance, and of what is remembered of one that is gone. The key names the service.
extension StoredInstanceRecord {
    func model(revision: Revision) -> Instance {
        Instance(
            id: self.id, spec: self.spec.model, number: self.number,
            incarnation: self.hasIncarnation ? self.incarnation : nil, health: self.health.model,
            createdAt: Timestamp(milliseconds: self.createdAt), updatedAt: Timestamp(milliseconds: self.updatedAt),
            revision: revision)
    }

    /// - Parameter service: the number of its service.
    mutating func update(to instance: Instance, service: Int64) {
        self.id = instance.id
        self.number = instance.number
        self.service = service
        if let incarnation = instance.incarnation { self.incarnation = incarnation } else { self.clearIncarnation() }
        self.createdAt = instance.createdAt.milliseconds
        self.updatedAt = instance.updatedAt.milliseconds
        self.spec.update(to: instance.spec)
        self.health.update(to: instance.health)
    }
}

extension StoredHealthRecord {
    fileprivate var model: Health {
        Health(
            state: self.state.model, cause: Cause(stored: self.cause), since: Timestamp(milliseconds: self.since),
            error: self.error, faults: HealthFaults(rawValue: UInt8(truncatingIfNeeded: self.faults)),
            isSuspect: self.isSuspect)
    }

    fileprivate mutating func update(to health: Health) {
        self.state = self.state.updated(to: health.state)
        self.cause = health.cause.stored(over: self.cause)
        self.since = health.since.milliseconds
        self.error = health.error
        // Bits of a later version stay for as long as it is not well.
        let foreign = health.faults.isEmpty ? 0 : self.faults & ~0xFF
        self.faults = foreign | UInt32(health.faults.rawValue)
        self.isSuspect = health.isSuspect
    }
}

extension StoredTombstoneRecord {
    func model(revision: Revision) -> Tombstone {
        Tombstone(
            id: self.id, number: self.number, incarnation: self.incarnation, cause: Cause(stored: self.cause),
            actor: self.actor, until: Timestamp(milliseconds: self.until), revision: revision)
    }

    mutating func update(to tombstone: Tombstone) {
        self.id = tombstone.id
        self.number = tombstone.number
        self.incarnation = tombstone.incarnation
        self.cause = tombstone.cause.stored(over: self.cause)
        self.actor = tombstone.actor
        self.until = tombstone.until.milliseconds
    }
}
