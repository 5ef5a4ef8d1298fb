public import RegistryModel

/// The stored form of a subscription: all but its number and its revision, which are columns of its row.
extension Subscription {
    /// Field numbers. They are in files that exist: never change or reuse one.
    fileprivate enum Field {
        static let id: UInt8 = 1
        static let namespace: UInt8 = 2
        static let service: UInt8 = 3
        static let clientID: UInt8 = 4
        static let callback: UInt8 = 5
        static let secret: UInt8 = 6
        static let metadata: UInt8 = 7
        static let createdAt: UInt8 = 8
        static let updatedAt: UInt8 = 9
        static let status: UInt8 = 10
        static let acknowledged: UInt8 = 11
        static let sequence: UInt8 = 12
        static let lastNotify: UInt8 = 13
        static let error: UInt8 = 14
        static let retryCount: UInt8 = 15
        static let failingSince: UInt8 = 16
        static let revivals: UInt8 = 17
    }

    public func write(to writer: inout RecordWriter) {
        writer.requiredText(Field.id, self.id)
        writer.requiredText(Field.namespace, self.service.namespace)
        writer.requiredText(Field.service, self.service.name)
        writer.text(Field.clientID, self.clientID)
        writer.text(Field.callback, self.callback)
        writer.text(Field.secret, self.secret)
        self.metadata.write(to: &writer, field: Field.metadata)
        writer.integer(Field.createdAt, self.createdAt.milliseconds)
        writer.integer(Field.updatedAt, self.updatedAt.milliseconds)
        self.progress.write(to: &writer)
        writer.integer(Field.revivals, self.revivals)
    }

    public init(from reader: inout RecordReader, number: Int64, revision: Revision) throws(RecordFault) {
        var names = (id: String?.none, namespace: String?.none, service: String?.none)
        var pairs: [Metadata.Pair] = []
        var texts = (clientID: "", callback: "", secret: "")
        var times = (created: Timestamp.epoch, updated: Timestamp.epoch)
        var revivals: Int64 = 0
        var progress = DeliveryProgress()
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.id: names.id = try reader.text()
            case Field.namespace: names.namespace = try reader.text()
            case Field.service: names.service = try reader.text()
            case Field.clientID: texts.clientID = try reader.text()
            case Field.callback: texts.callback = try reader.text()
            case Field.secret: texts.secret = try reader.text()
            case Field.metadata: pairs.append(try Metadata.Pair(from: &reader))
            case Field.createdAt: times.created = Timestamp(milliseconds: try reader.integer())
            case Field.updatedAt: times.updated = Timestamp(milliseconds: try reader.integer())
            case Field.revivals: revivals = try reader.integer()
            default: if try !progress.read(field, from: &reader) { try reader.skip() }
            }
        }
        guard let id = names.id, let namespace = names.namespace, let service = names.service else {
            throw .missingField
        }
        self.init(
            id: id, number: number, revision: revision, service: ServiceKey(namespace: namespace, name: service),
            clientID: texts.clientID, callback: texts.callback, secret: texts.secret, metadata: Metadata(pairs),
            createdAt: times.created, updatedAt: times.updated, revivals: revivals, progress: progress)
    }
}

extension DeliveryProgress {
    private typealias Field = Subscription.Field

    fileprivate func write(to writer: inout RecordWriter) {
        writer.integer(Field.status, Int64(self.status.rawValue))
        if let acknowledged { writer.integer(Field.acknowledged, acknowledged.rawValue) }
        writer.integer(Field.sequence, self.sequence)
        if let lastNotify { writer.integer(Field.lastNotify, lastNotify.milliseconds) }
        writer.text(Field.error, self.error)
        writer.integer(Field.retryCount, Int64(self.retryCount))
        if let failingSince { writer.integer(Field.failingSince, failingSince.milliseconds) }
    }

    /// Reads the value if `field` is one of these; returns false, with nothing read, if it is not.
    fileprivate mutating func read(_ field: UInt64, from reader: inout RecordReader) throws(RecordFault) -> Bool {
        switch UInt8(exactly: field) {
        case Field.status: self.status = try reader.value(of: Subscription.Status.self)
        case Field.acknowledged: self.acknowledged = Revision(try reader.integer())
        case Field.sequence: self.sequence = try reader.integer()
        case Field.lastNotify: self.lastNotify = Timestamp(milliseconds: try reader.integer())
        case Field.error: self.error = try reader.text()
        case Field.retryCount: self.retryCount = try reader.integer(as: Int.self)
        case Field.failingSince: self.failingSince = Timestamp(milliseconds: try reader.integer())
        default: return false
        }
        return true
    }
}
