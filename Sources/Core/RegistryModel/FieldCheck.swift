/// A field of a request that is at fault, and what it should be.
public struct FieldError: Sendable, Hashable {
    /// The path in the request: `instance.port`, `instances[3].instance.tags[0]`.
    public var field: String
    /// A sentence without its subject: "is 70000; a port is 1 to 65535".
    public var message: String

    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

/// Holds fields against the limits and collects every fault, so that one answer names them all. Of a list that is too long
/// only as many entries are looked at as it may have.
public struct FieldCheck: Sendable {
    public private(set) var errors: [FieldError] = []

    public init() {}

    public mutating func fail(_ field: @autoclosure () -> String, _ message: @autoclosure () -> String) {
        self.errors.append(FieldError(field: field(), message: message()))
    }

    /// A namespace, service, check, port or protocol name.
    public mutating func name(_ value: String, _ field: @autoclosure () -> String) {
        if let fault = Names.fault(in: value, allowingBrackets: false) { self.fail(field(), fault) }
    }

    public mutating func instanceID(_ value: String, _ field: @autoclosure () -> String) {
        if let fault = Names.fault(in: value, allowingBrackets: true) { self.fail(field(), fault) }
    }

    public mutating func incarnation(_ value: Int64?, _ field: @autoclosure () -> String) {
        guard let value, !(0...Limits.largestInteger).contains(value) else { return }
        self.fail(field(), "is \(value); an incarnation is 0 to \(Limits.largestInteger)")
    }

    public mutating func text(_ value: String, _ bytes: ClosedRange<Int>, _ field: @autoclosure () -> String) {
        let count = value.utf8.count
        guard !bytes.contains(count) else { return }
        self.fail(field(), count == 0 ? "is empty" : "has \(count) bytes; at most \(bytes.upperBound) are allowed")
    }

    public mutating func fraction(_ value: Double?, _ field: @autoclosure () -> String) {
        guard let value, !(0...1).contains(value) else { return }
        self.fail(field(), "is \(value); a fraction is 0 to 1")
    }

    public mutating func count(_ value: Int64, _ field: @autoclosure () -> String) {
        guard !(0...Limits.largestInteger).contains(value) else { return }
        self.fail(field(), "is \(value); a count is 0 to \(Limits.largestInteger)")
    }

    public mutating func metadata(_ metadata: Metadata, _ field: @autoclosure () -> String) {
        self.entries(metadata.count, Limits.metadataPairs, "pairs", field())
        for pair in metadata.pairs.prefix(Limits.metadataPairs) {
            self.text(pair.key, Limits.metadataKeyBytes, "\(field()).\(Self.excerpt(pair.key)) (the key)")
            self.text(pair.value, Limits.metadataValueBytes, "\(field()).\(Self.excerpt(pair.key))")
        }
    }

    /// All of an instance's fields; `prefix` is put before each field's name.
    public mutating func spec(_ spec: InstanceSpec, prefix: String) {
        if let fault = Hosts.fault(in: spec.host) { self.fail("\(prefix)host", fault) }
        if spec.port == 0 { self.fail("\(prefix)port", "is 0; a port is 1 to 65535") }
        self.name(spec.protocol, "\(prefix)protocol")
        self.text(spec.version, Limits.versionBytes, "\(prefix)version")
        self.tags(spec.tags, "\(prefix)tags")
        self.metadata(spec.metadata, "\(prefix)metadata")
        self.text(spec.locality.region, Limits.localityBytes, "\(prefix)locality.region")
        self.text(spec.locality.zone, Limits.localityBytes, "\(prefix)locality.zone")
        self.ports(spec.ports, "\(prefix)ports")
        self.lifetime(spec.ttl, Limits.timeToLive, "\(prefix)ttl")
        self.lifetime(spec.deregisterAfter, Limits.deregisterAfter, "\(prefix)deregister_after")
        self.checks(spec.checks, "\(prefix)checks")
        if let warmUp = spec.warmUp, !Limits.warmUp.contains(warmUp) {
            self.fail(
                "\(prefix)warm_up", "is \(warmUp); it is \(Limits.warmUp.lowerBound) to \(Limits.warmUp.upperBound)")
        }
        if spec.ttl == .never, spec.checks.contains(where: { $0.kind == .ttl }) {
            self.fail("\(prefix)ttl", "is never, but a check of type ttl asks for heartbeats; leave out one of them")
        }
    }

    private mutating func tags(_ tags: [String], _ field: @autoclosure () -> String) {
        self.entries(tags.count, Limits.tags, "entries", field())
        for (index, tag) in tags.prefix(Limits.tags).enumerated() {
            self.text(tag, Limits.tagBytes, "\(field())[\(index)]")
        }
    }

    private mutating func ports(_ ports: [NamedPort], _ field: @autoclosure () -> String) {
        self.entries(ports.count, Limits.namedPorts, "entries", field())
        let ports = ports.prefix(Limits.namedPorts)
        for (index, port) in ports.enumerated() {
            self.name(port.name, "\(field()).\(Self.excerpt(port.name)) (the name)")
            if port.port == 0 { self.fail("\(field()).\(Self.excerpt(port.name))", "is 0; a port is 1 to 65535") }
            if ports[..<index].contains(where: { $0.name == port.name }) {
                self.fail("\(field()).\(Self.excerpt(port.name))", "is there twice; names differ")
            }
        }
    }

    private mutating func lifetime(
        _ lifetime: Lifetime?, _ range: ClosedRange<TimeSpan>, _ field: @autoclosure () -> String
    ) {
        guard case .after(let span) = lifetime, !range.contains(span) else { return }
        self.fail(field(), "is \(span); it is \(range.lowerBound) to \(range.upperBound), or never")
    }

    mutating func entries(_ count: Int, _ limit: Int, _ what: String, _ field: @autoclosure () -> String) {
        if count > limit { self.fail(field(), "has \(count) \(what); at most \(limit) are allowed") }
    }

    /// A user's text in a message of ours: short, and printable.
    public static func excerpt(_ text: String) -> String {
        let printable = String(
            text.unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? "?" : Character($0) })
        return printable.unicodeScalars.count < text.unicodeScalars.count ? printable + "…" : printable
    }
}
