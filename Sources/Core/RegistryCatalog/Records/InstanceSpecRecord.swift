import RegistryModel

/// The stored form of what the owner says of an instance.
extension InstanceSpec {
    /// Field numbers. They are in files that exist: never change or reuse one.
    private enum Field {
        static let host: UInt8 = 1
        static let port: UInt8 = 2
        static let `protocol`: UInt8 = 3
        static let version: UInt8 = 4
        static let status: UInt8 = 5
        static let weight: UInt8 = 6
        static let tag: UInt8 = 7
        static let metadata: UInt8 = 8
        static let region: UInt8 = 9
        static let zone: UInt8 = 10
        static let namedPort: UInt8 = 11
        static let ttl: UInt8 = 12
        static let check: UInt8 = 13
        static let deregisterAfter: UInt8 = 14
        static let warmUp: UInt8 = 15
    }

    func write(to writer: inout RecordWriter) {
        writer.text(Field.host, self.host)
        writer.integer(Field.port, Int64(self.port))
        writer.text(Field.protocol, self.protocol)
        writer.text(Field.version, self.version)
        writer.integer(Field.status, Int64(self.status.rawValue))
        writer.integer(Field.weight, Int64(self.weight))
        for tag in self.tags { writer.requiredText(Field.tag, tag) }
        self.metadata.write(to: &writer, field: Field.metadata)
        writer.text(Field.region, self.locality.region)
        writer.text(Field.zone, self.locality.zone)
        for port in self.ports { writer.record(Field.namedPort) { port.write(to: &$0) } }
        if let ttl { writer.integer(Field.ttl, ttl.stored) }
        for check in self.checks { writer.record(Field.check) { check.write(to: &$0) } }
        if let deregisterAfter { writer.integer(Field.deregisterAfter, deregisterAfter.stored) }
        if let warmUp { writer.integer(Field.warmUp, warmUp.milliseconds) }
    }

    init(from reader: inout RecordReader) throws(RecordFault) {
        var host = ""
        var port: UInt16 = 0
        var `protocol` = ""
        var version = ""
        var status = InstanceStatus.up
        var weight: UInt16 = 0
        var tags: [String] = []
        var pairs: [Metadata.Pair] = []
        var locality = Locality()
        var ports: [NamedPort] = []
        var ttl: Lifetime?
        var checks: [HealthCheck] = []
        var deregisterAfter: Lifetime?
        var warmUp: TimeSpan?
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.host: host = try reader.text()
            case Field.port: port = try reader.integer(as: UInt16.self)
            case Field.protocol: `protocol` = try reader.text()
            case Field.version: version = try reader.text()
            case Field.status: status = try reader.value(of: InstanceStatus.self)
            case Field.weight: weight = try reader.integer(as: UInt16.self)
            case Field.tag: tags.append(try reader.text())
            case Field.metadata: pairs.append(try Metadata.Pair(from: &reader))
            case Field.region: locality.region = try reader.text()
            case Field.zone: locality.zone = try reader.text()
            case Field.namedPort: ports.append(try NamedPort(from: &reader))
            case Field.ttl: ttl = try Lifetime(stored: reader.integer())
            case Field.check: checks.append(try HealthCheck(from: &reader))
            case Field.deregisterAfter: deregisterAfter = try Lifetime(stored: reader.integer())
            case Field.warmUp: warmUp = TimeSpan(milliseconds: try reader.integer())
            default: try reader.skip()
            }
        }
        self.init(
            host: host, port: port, protocol: `protocol`, version: version, status: status, weight: weight, tags: tags,
            metadata: Metadata(pairs), locality: locality, ports: ports, ttl: ttl, checks: checks,
            deregisterAfter: deregisterAfter, warmUp: warmUp)
    }
}

extension NamedPort {
    fileprivate func write(to writer: inout RecordWriter) {
        writer.text(1, self.name)
        writer.integer(2, Int64(self.port))
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordFault) {
        var inner = try reader.record()
        self.init(name: "", port: 0)
        while let field = try inner.next() {
            switch field {
            case 1: self.name = try inner.text()
            case 2: self.port = try inner.integer(as: UInt16.self)
            default: try inner.skip()
            }
        }
    }
}

extension Lifetime {
    /// Zero for `never`, else one above the milliseconds.
    fileprivate var stored: Int64 {
        switch self {
        case .never: 0
        case .after(let span): span.milliseconds + 1
        }
    }

    fileprivate init(stored: Int64) throws(RecordFault) {
        guard stored >= 0 else { throw .outOfRange }
        self = stored == 0 ? .never : .after(TimeSpan(milliseconds: stored - 1))
    }
}
