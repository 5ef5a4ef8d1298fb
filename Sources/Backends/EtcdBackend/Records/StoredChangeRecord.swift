import RegistryModel

/// The stored form of a change.
extension StoredChangeRecord {
    init(_ change: Change, order: Int) {
        self.init()
        self.namespace = change.service.namespace
        self.service = change.service.name
        self.instance = change.instance
        self.cause = UInt32(change.cause.rawValue)
        self.actor = change.actor
        self.time = change.time.milliseconds
        if let health = change.health { self.health = StoredState(health) }
        if let status = change.status { self.status = StoredStatus(status) }
        self.detail = change.detail
        self.order = UInt32(clamping: order)
    }

    func model(revision: Revision) -> Change {
        Change(
            revision: revision, time: Timestamp(milliseconds: self.time),
            service: ServiceKey(namespace: self.namespace, name: self.service), instance: self.instance,
            cause: Cause(stored: self.cause), actor: self.actor, health: self.health.known, status: self.status.known,
            detail: self.detail)
    }
}
