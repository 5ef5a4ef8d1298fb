public import RegistryModel

/// The stored form of an operator's decision: all but its number and its revision, which are columns of its row.
extension StoredOverride {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let namespace: UInt8 = 1
        static let service: UInt8 = 2
        static let instance: UInt8 = 3
        static let status: UInt8 = 4
        static let weight: UInt8 = 5
        static let reason: UInt8 = 6
        static let actor: UInt8 = 7
        static let createdAt: UInt8 = 8
        static let expiresAt: UInt8 = 9
        static let absentSince: UInt8 = 10
    }

    public func write(to writer: inout RecordWriter) {
        writer.requiredText(Field.namespace, self.key.service.namespace)
        writer.requiredText(Field.service, self.key.service.name)
        writer.text(Field.instance, self.key.instance ?? "")
        if let status = self.override.status { writer.integer(Field.status, Int64(status.rawValue)) }
        if let weight = self.override.weight { writer.integer(Field.weight, Int64(weight)) }
        writer.text(Field.reason, self.override.reason)
        writer.text(Field.actor, self.override.actor)
        writer.integer(Field.createdAt, self.override.createdAt.milliseconds)
        if let expiresAt = self.override.expiresAt { writer.integer(Field.expiresAt, expiresAt.milliseconds) }
        if let absentSince = self.override.absentSince { writer.integer(Field.absentSince, absentSince.milliseconds) }
    }

    public init(from reader: inout RecordReader, number: Int64, revision: Revision) throws(RecordFault) {
        var namespace: String?
        var service: String?
        var instance: String?
        var override = Override(
            number: number, revision: revision, status: nil, weight: nil, actor: "", createdAt: .epoch)
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.namespace: namespace = try reader.text()
            case Field.service: service = try reader.text()
            case Field.instance: instance = try reader.text()
            case Field.status: override.status = try reader.value(of: InstanceStatus.self)
            case Field.weight: override.weight = try reader.integer(as: UInt16.self)
            case Field.reason: override.reason = try reader.text()
            case Field.actor: override.actor = try reader.text()
            case Field.createdAt: override.createdAt = Timestamp(milliseconds: try reader.integer())
            case Field.expiresAt: override.expiresAt = Timestamp(milliseconds: try reader.integer())
            case Field.absentSince: override.absentSince = Timestamp(milliseconds: try reader.integer())
            default: try reader.skip()
            }
        }
        guard let namespace, let service else { throw .missingField }
        self.init(
            key: OverrideKey(service: ServiceKey(namespace: namespace, name: service), instance: instance),
            override: override)
    }
}
