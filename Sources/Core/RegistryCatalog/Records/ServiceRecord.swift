public import RegistryModel

/// The stored form of a service: all but its number and its revision, which are columns of its row.
extension Service {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let namespace: UInt8 = 1
        static let name: UInt8 = 2
        static let type: UInt8 = 3
        static let metadata: UInt8 = 4
        static let createdAt: UInt8 = 5
        static let updatedAt: UInt8 = 6
        static let emptySince: UInt8 = 7
        static let protection: UInt8 = 8
    }

    public func write(to writer: inout RecordWriter) {
        writer.requiredText(Field.namespace, self.key.namespace)
        writer.requiredText(Field.name, self.key.name)
        writer.text(Field.type, self.type)
        self.metadata.write(to: &writer, field: Field.metadata)
        writer.integer(Field.createdAt, self.createdAt.milliseconds)
        writer.integer(Field.updatedAt, self.updatedAt.milliseconds)
        if let emptySince { writer.integer(Field.emptySince, emptySince.milliseconds) }
        if let protection { writer.record(Field.protection) { protection.write(to: &$0) } }
    }

    public init(from reader: inout RecordReader, number: Int64, revision: Revision) throws(RecordFault) {
        var namespace: String?
        var name: String?
        var type = ""
        var pairs: [Metadata.Pair] = []
        var created = Timestamp.epoch
        var updated = Timestamp.epoch
        var emptySince: Timestamp?
        var protection: Protection?
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.namespace: namespace = try reader.text()
            case Field.name: name = try reader.text()
            case Field.type: type = try reader.text()
            case Field.metadata: pairs.append(try Metadata.Pair(from: &reader))
            case Field.createdAt: created = Timestamp(milliseconds: try reader.integer())
            case Field.updatedAt: updated = Timestamp(milliseconds: try reader.integer())
            case Field.emptySince: emptySince = Timestamp(milliseconds: try reader.integer())
            case Field.protection:
                var inner = try reader.record()
                protection = try Protection(from: &inner)
            default: try reader.skip()
            }
        }
        guard let namespace, let name else { throw .missingField }
        self.init(
            key: ServiceKey(namespace: namespace, name: name), number: number, type: type, metadata: Metadata(pairs),
            createdAt: created, updatedAt: updated, revision: revision, emptySince: emptySince,
            protection: protection)
    }
}

extension Protection {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.integer(1, self.since.milliseconds)
        writer.integer(2, Int64(self.verdict.rawValue))
        writer.text(3, self.detail)
        if self.isLifted { writer.integer(4, 1) }
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordFault) {
        self.init(since: .epoch, verdict: .unclear, detail: "")
        while let field = try reader.next() {
            switch field {
            case 1: self.since = Timestamp(milliseconds: try reader.integer())
            case 2: self.verdict = try reader.value(of: Verdict.self)
            case 3: self.detail = try reader.text()
            case 4: self.isLifted = try reader.integer() != 0
            default: try reader.skip()
            }
        }
    }
}

extension Metadata {
    func write(to writer: inout RecordWriter, field: UInt8) {
        for pair in self.pairs {
            writer.record(field) {
                $0.text(1, pair.key)
                $0.text(2, pair.value)
            }
        }
    }
}

extension Metadata.Pair {
    init(from reader: inout RecordReader) throws(RecordFault) {
        var inner = try reader.record()
        var key = ""
        var value = ""
        while let field = try inner.next() {
            switch field {
            case 1: key = try inner.text()
            case 2: value = try inner.text()
            default: try inner.skip()
            }
        }
        self.init(key: key, value: value)
    }
}
