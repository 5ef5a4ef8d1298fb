public import RegistryModel

/// The stored form of a tombstone: all but its number and its revision, which are columns of its row.
extension StoredTombstone {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let namespace: UInt8 = 1
        static let service: UInt8 = 2
        static let id: UInt8 = 3
        static let incarnation: UInt8 = 4
        static let cause: UInt8 = 5
        static let actor: UInt8 = 6
        static let until: UInt8 = 7
    }

    public func write(to writer: inout RecordWriter) {
        writer.requiredText(Field.namespace, self.service.namespace)
        writer.requiredText(Field.service, self.service.name)
        writer.requiredText(Field.id, self.tombstone.id)
        writer.integer(Field.incarnation, self.tombstone.incarnation)
        writer.integer(Field.cause, Int64(self.tombstone.cause.rawValue))
        writer.text(Field.actor, self.tombstone.actor)
        writer.integer(Field.until, self.tombstone.until.milliseconds)
    }

    public init(from reader: inout RecordReader, number: Int64, revision: Revision) throws(RecordFault) {
        var namespace: String?
        var service: String?
        var id: String?
        var incarnation: Int64?
        var cause: Cause?
        var actor = ""
        var until = Timestamp.epoch
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.namespace: namespace = try reader.text()
            case Field.service: service = try reader.text()
            case Field.id: id = try reader.text()
            case Field.incarnation: incarnation = try reader.integer()
            case Field.cause: cause = try reader.value(of: Cause.self)
            case Field.actor: actor = try reader.text()
            case Field.until: until = Timestamp(milliseconds: try reader.integer())
            default: try reader.skip()
            }
        }
        guard let namespace, let service, let id, let incarnation, let cause else { throw .missingField }
        self.init(
            service: ServiceKey(namespace: namespace, name: service),
            tombstone: Tombstone(
                id: id, number: number, incarnation: incarnation, cause: cause, actor: actor, until: until,
                revision: revision))
    }
}
