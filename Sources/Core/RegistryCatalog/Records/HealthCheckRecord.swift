import RegistryModel

/// The stored form of a check.
extension HealthCheck {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let name: UInt8 = 1
        static let kind: UInt8 = 2
        static let interval: UInt8 = 3
        static let probe: UInt8 = 4
    }

    func write(to writer: inout RecordWriter) {
        writer.text(Field.name, self.name)
        writer.integer(Field.kind, Int64(self.kind.rawValue))
        if let interval { writer.integer(Field.interval, interval.milliseconds) }
        if self.probe != Probe() { writer.record(Field.probe) { self.probe.write(to: &$0) } }
    }

    init(from reader: inout RecordReader) throws(RecordFault) {
        var inner = try reader.record()
        var kind: Kind?
        self.init(name: "", kind: .ttl)
        while let field = try inner.next() {
            switch UInt8(exactly: field) {
            case Field.name: self.name = try inner.text()
            case Field.kind: kind = try inner.value(of: Kind.self)
            case Field.interval: self.interval = TimeSpan(milliseconds: try inner.integer())
            case Field.probe:
                var probe = try inner.record()
                self.probe = try Probe(from: &probe)
            default: try inner.skip()
            }
        }
        guard let kind else { throw .missingField }
        self.kind = kind
    }
}

extension HealthCheck.Probe {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let timeout: UInt8 = 1
        static let failuresBeforeDown: UInt8 = 2
        static let successesBeforeUp: UInt8 = 3
        static let startPeriod: UInt8 = 4
        static let port: UInt8 = 5
        static let path: UInt8 = 6
        static let method: UInt8 = 7
        static let header: UInt8 = 8
        static let expectedStatus: UInt8 = 9
        static let bodyContains: UInt8 = 10
        static let usesTLS: UInt8 = 11
        static let serverName: UInt8 = 12
        static let service: UInt8 = 13
    }

    fileprivate func write(to writer: inout RecordWriter) {
        if let timeout { writer.integer(Field.timeout, timeout.milliseconds) }
        if let failuresBeforeDown { writer.integer(Field.failuresBeforeDown, Int64(failuresBeforeDown)) }
        if let successesBeforeUp { writer.integer(Field.successesBeforeUp, Int64(successesBeforeUp)) }
        if let startPeriod { writer.integer(Field.startPeriod, startPeriod.milliseconds) }
        if self.port != 0 { writer.integer(Field.port, Int64(self.port)) }
        writer.text(Field.path, self.path)
        writer.text(Field.method, self.method)
        self.headers.write(to: &writer, field: Field.header)
        writer.text(Field.expectedStatus, self.expectedStatus)
        writer.text(Field.bodyContains, self.bodyContains)
        if self.usesTLS { writer.integer(Field.usesTLS, 1) }
        writer.text(Field.serverName, self.serverName)
        writer.text(Field.service, self.service)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordFault) {
        self.init()
        var headers: [Metadata.Pair] = []
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.timeout: self.timeout = TimeSpan(milliseconds: try reader.integer())
            case Field.failuresBeforeDown: self.failuresBeforeDown = try reader.integer(as: Int.self)
            case Field.successesBeforeUp: self.successesBeforeUp = try reader.integer(as: Int.self)
            case Field.startPeriod: self.startPeriod = TimeSpan(milliseconds: try reader.integer())
            case Field.port: self.port = try reader.integer(as: UInt16.self)
            case Field.path: self.path = try reader.text()
            case Field.method: self.method = try reader.text()
            case Field.header: headers.append(try Metadata.Pair(from: &reader))
            case Field.expectedStatus: self.expectedStatus = try reader.text()
            case Field.bodyContains: self.bodyContains = try reader.text()
            case Field.usesTLS: self.usesTLS = try reader.integer() != 0
            case Field.serverName: self.serverName = try reader.text()
            case Field.service: self.service = try reader.text()
            default: try reader.skip()
            }
        }
        self.headers = Metadata(headers)
    }
}
