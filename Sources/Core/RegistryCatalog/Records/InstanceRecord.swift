public import RegistryModel

/// The stored form of an instance: all but its number and its revision, which are columns of its row.
extension Instance {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let id: UInt8 = 1
        static let incarnation: UInt8 = 2
        static let createdAt: UInt8 = 3
        static let updatedAt: UInt8 = 4
        static let spec: UInt8 = 5
        static let healthState: UInt8 = 6
        static let healthCause: UInt8 = 7
        static let healthSince: UInt8 = 8
        static let healthError: UInt8 = 9
        static let healthFaults: UInt8 = 10
        static let healthSuspect: UInt8 = 11
    }

    public func write(to writer: inout RecordWriter) {
        writer.requiredText(Field.id, self.id)
        if let incarnation { writer.integer(Field.incarnation, incarnation) }
        writer.integer(Field.createdAt, self.createdAt.milliseconds)
        writer.integer(Field.updatedAt, self.updatedAt.milliseconds)
        writer.record(Field.spec) { self.spec.write(to: &$0) }
        writer.integer(Field.healthState, Int64(self.health.state.rawValue))
        writer.integer(Field.healthCause, Int64(self.health.cause.rawValue))
        writer.integer(Field.healthSince, self.health.since.milliseconds)
        writer.text(Field.healthError, self.health.error)
        if !self.health.faults.isEmpty { writer.integer(Field.healthFaults, Int64(self.health.faults.rawValue)) }
        if self.health.isSuspect { writer.integer(Field.healthSuspect, 1) }
    }

    public init(from reader: inout RecordReader, number: Int64, revision: Revision) throws(RecordFault) {
        var id: String?
        var spec: InstanceSpec?
        var state: HealthState?
        var cause: Cause?
        var faults: HealthFaults?
        var isSuspect = false
        var instance = (incarnation: Int64?.none, created: Int64(0), updated: Int64(0), since: Int64(0), error: "")
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.id: id = try reader.text()
            case Field.incarnation: instance.incarnation = try reader.integer()
            case Field.createdAt: instance.created = try reader.integer()
            case Field.updatedAt: instance.updated = try reader.integer()
            case Field.spec:
                var inner = try reader.record()
                spec = try InstanceSpec(from: &inner)
            case Field.healthState: state = try reader.value(of: HealthState.self)
            case Field.healthCause: cause = try reader.value(of: Cause.self)
            case Field.healthSince: instance.since = try reader.integer()
            case Field.healthError: instance.error = try reader.text()
            case Field.healthFaults: faults = HealthFaults(rawValue: try reader.integer(as: UInt8.self))
            case Field.healthSuspect: isSuspect = try reader.integer() != 0
            default: try reader.skip()
            }
        }
        guard let id, let spec, let state, let cause else { throw .missingField }
        let since = Timestamp(milliseconds: instance.since)
        self.init(
            id: id, spec: spec, number: number, incarnation: instance.incarnation,
            health: Health(
                state: state, cause: cause, since: since, error: instance.error, faults: faults, isSuspect: isSuspect),
            createdAt: Timestamp(milliseconds: instance.created),
            updatedAt: Timestamp(milliseconds: instance.updated), revision: revision)
    }
}
