public import RegistryModel

extension JSONWriter {
    /// A record of the history, from the change itself.
    public mutating func change(_ change: Change) { self.record(HistoryRecord(change)) }

    /// A record of the history. Health and status are null when there is no instance left, or none is meant.
    public mutating func record(_ record: HistoryRecord) {
        self.beginObject()
        self.revisionField(record.revision)
        self.timeField(Field.time, record.time)
        self.name(Field.namespace)
        self.string(record.service.namespace)
        self.name(Field.service)
        self.string(record.service.name)
        self.name(Field.instance)
        self.string(record.instance)
        self.name(Field.cause)
        self.string(record.cause)
        self.name(Field.actor)
        self.string(record.actor)
        self.name(Field.health)
        if let health = record.health { self.string(health.text) } else { self.null() }
        self.name(Field.status)
        if let status = record.status { self.string(status.text) } else { self.null() }
        self.name(Field.detail)
        self.string(record.detail)
        self.endObject()
    }

    // MARK: The data of a watch's events

    /// - Parameter service: writes the service with `service(_:instances:)`.
    public mutating func snapshotEvent(
        _ key: ServiceKey, revision: Revision, service: (inout JSONWriter) -> Void
    ) {
        self.beginEvent(key)
        self.revisionField(revision)
        self.name(Field.snapshot)
        service(&self)
        self.endObject()
    }

    /// - Parameters:
    ///   - changes: writes the records with `change(_:)`.
    ///   - instances: writes those that were changed or added with `instance(_:of:)`.
    ///   - removed: the ids of those that left the view.
    public mutating func changeEvent(
        _ key: ServiceKey, revision: Revision, changes: (inout JSONWriter) -> Void,
        instances: (inout JSONWriter) -> Void, removed: [String]
    ) {
        self.beginEvent(key)
        self.revisionField(revision)
        self.list(Field.changes, changes)
        self.list(Field.instances, instances)
        self.name(Field.removed)
        self.strings(removed)
        self.endObject()
    }

    public mutating func gapEvent(_ key: ServiceKey, from: Revision, to: Revision) {
        self.beginEvent(key)
        self.name(Field.from)
        self.integer(from.rawValue)
        self.name(Field.to)
        self.integer(to.rawValue)
        self.endObject()
    }

    public mutating func syncedEvent(_ revision: Revision) {
        self.beginObject()
        self.revisionField(revision)
        self.endObject()
    }

    private mutating func beginEvent(_ key: ServiceKey) {
        self.beginObject()
        self.name(Field.namespace)
        self.string(key.namespace)
        self.name(Field.service)
        self.string(key.name)
    }
}
