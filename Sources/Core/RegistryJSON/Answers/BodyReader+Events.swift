import RegistryModel

/// Readers of the data of a watch's events. Each names its service but `synced`.
extension BodyReader {
    mutating func snapshotEvent() throws(JSONError) -> WatchEventDocument? {
        guard let event = try self.event() else { return nil }
        guard let key = self.eventKey(event), let snapshot = self.required(Field.snapshot, event.snapshot) else {
            return nil
        }
        return .snapshot(key, revision: event.revision ?? .zero, snapshot)
    }

    mutating func changeEvent() throws(JSONError) -> WatchEventDocument? {
        guard let event = try self.event() else { return nil }
        guard let key = self.eventKey(event), let revision = self.required(Field.revision, event.revision)
        else { return nil }
        return .change(
            key, revision: revision, changes: event.changes, instances: event.instances, removed: event.removed)
    }

    mutating func gapEvent() throws(JSONError) -> WatchEventDocument? {
        guard let event = try self.event() else { return nil }
        guard let key = self.eventKey(event), let from = self.required(Field.from, event.from),
            let to = self.required(Field.to, event.to)
        else { return nil }
        return .gap(key, from: from, to: to)
    }

    mutating func syncedEvent() throws(JSONError) -> WatchEventDocument? {
        guard let event = try self.event() else { return nil }
        return self.required(Field.revision, event.revision).map { .synced($0) }
    }

    /// The fields of all events; each has some of them.
    private struct EventFields {
        var namespace: String?
        var service: String?
        var revision: Revision?
        var snapshot: ServiceDocument?
        var changes: [HistoryRecord] = []
        var instances: [Instance] = []
        var removed: [String] = []
        var from: Revision?
        var to: Revision?
    }

    private mutating func eventKey(_ event: EventFields) -> ServiceKey? {
        guard let namespace = self.required(Field.namespace, event.namespace),
            let service = self.required(Field.service, event.service)
        else { return nil }
        return ServiceKey(namespace: namespace, name: service)
    }

    private mutating func event() throws(JSONError) -> EventFields? {
        guard try self.beginObject() else { return nil }
        var event = EventFields()
        while let key = try self.nextKey() {
            switch key {
            case Field.namespace: event.namespace = try self.string()
            case Field.service: event.service = try self.string()
            case Field.revision: event.revision = try self.revision()
            case Field.snapshot: event.snapshot = try self.service()
            case Field.changes:
                event.changes = try self.elements { item throws(JSONError) in try item.historyRecord() } ?? []
            case Field.instances:
                event.instances = try self.elements { item throws(JSONError) in try item.instance() } ?? []
            case Field.removed: event.removed = try self.elements { item throws(JSONError) in try item.string() } ?? []
            case Field.from: event.from = try self.revision()
            case Field.to: event.to = try self.revision()
            default: try self.skipUnknown()
            }
        }
        return event
    }
}
