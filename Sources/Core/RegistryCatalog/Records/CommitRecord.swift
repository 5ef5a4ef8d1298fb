public import RegistryModel

/// The stored form of one commit's changes: one record each, in order.
///
/// Changes of one commit are much alike, so namespace, service, actor, cause and time are written only where they
/// differ from the change before; before the first stand empty names, no cause, and the time of the commit.
public enum CommitRecord {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let change: UInt8 = 1
        static let namespace: UInt8 = 1
        static let service: UInt8 = 2
        static let instance: UInt8 = 3
        static let cause: UInt8 = 4
        static let actor: UInt8 = 5
        static let time: UInt8 = 6
        static let health: UInt8 = 7
        static let status: UInt8 = 8
        static let detail: UInt8 = 9
    }

    public static func write(_ changes: [Change], time: Timestamp, to writer: inout RecordWriter) {
        var before = Before(time: time)
        for change in changes {
            writer.record(Field.change) { writer in
                if change.service.namespace != before.namespace {
                    writer.requiredText(Field.namespace, change.service.namespace)
                }
                if change.service.name != before.service { writer.requiredText(Field.service, change.service.name) }
                writer.text(Field.instance, change.instance)
                if change.cause != before.cause { writer.integer(Field.cause, Int64(change.cause.rawValue)) }
                if change.actor != before.actor { writer.requiredText(Field.actor, change.actor) }
                if change.time != before.time { writer.integer(Field.time, change.time.milliseconds) }
                if let health = change.health { writer.integer(Field.health, Int64(health.rawValue)) }
                if let status = change.status { writer.integer(Field.status, Int64(status.rawValue)) }
                writer.text(Field.detail, change.detail)
            }
            before = Before(change)
        }
    }

    public static func read(
        from reader: inout RecordReader, revision: Revision, time: Timestamp
    ) throws(RecordFault) -> [Change] {
        var changes: [Change] = []
        var before = Before(time: time)
        while let field = try reader.next() {
            guard field == UInt64(Field.change) else {
                try reader.skip()
                continue
            }
            var inner = try reader.record()
            changes.append(try self.readChange(from: &inner, revision: revision, after: &before))
        }
        return changes
    }

    private static func readChange(
        from reader: inout RecordReader, revision: Revision, after before: inout Before
    ) throws(RecordFault) -> Change {
        var instance = ""
        var detail = ""
        var health: HealthState?
        var status: InstanceStatus?
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.namespace: before.namespace = try reader.text()
            case Field.service: before.service = try reader.text()
            case Field.instance: instance = try reader.text()
            case Field.cause: before.cause = try reader.value(of: Cause.self)
            case Field.actor: before.actor = try reader.text()
            case Field.time: before.time = Timestamp(milliseconds: try reader.integer())
            case Field.health: health = try reader.value(of: HealthState.self)
            case Field.status: status = try reader.value(of: InstanceStatus.self)
            case Field.detail: detail = try reader.text()
            default: try reader.skip()
            }
        }
        guard let cause = before.cause else { throw .missingField }
        return Change(
            revision: revision, time: before.time,
            service: ServiceKey(namespace: before.namespace, name: before.service),
            instance: instance, cause: cause, actor: before.actor, health: health, status: status, detail: detail)
    }

    /// What a change inherits from the one before it.
    private struct Before {
        var namespace = ""
        var service = ""
        var actor = ""
        var cause: Cause?
        var time: Timestamp

        init(time: Timestamp) { self.time = time }

        init(_ change: Change) {
            self.namespace = change.service.namespace
            self.service = change.service.name
            self.actor = change.actor
            self.cause = change.cause
            self.time = change.time
        }
    }
}
