import RegistryModel

/// The fields that an owner says of an instance, as a body brings them, with the defaults of those that it does not say.
///
/// A spec is made of them once, at the end. Host and port have stand-ins until they are said, so that the other fields can
/// be held against the limits all the same.
struct InstanceFields {
    var host = "stand-in"
    var port: UInt16 = 1
    var `protocol` = InstanceSpec.defaultProtocol
    var version = ""
    var status = InstanceStatus.up
    var weight = UInt16(Limits.defaultWeight)
    var tags: [String] = []
    var metadata = Metadata()
    var locality = Locality()
    var ports: [NamedPort] = []
    var ttl: Lifetime?
    var checks: [HealthCheck] = []
    var deregisterAfter: Lifetime?
    var warmUp: TimeSpan?

    private(set) var lacksHost = true
    private(set) var lacksPort = true
    private(set) var statesStatus = false
    private(set) var statesVersion = false

    /// Reads the value if `key` is one of these fields; returns false, with nothing read, if it is not.
    mutating func read(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.host:
            self.lacksHost = try body.takeNull()
            if !self.lacksHost, let host = try body.string() { self.host = host }
        case Field.port:
            self.lacksPort = try body.takeNull()
            if !self.lacksPort, let port = try body.port() { self.port = port }
        case Field.version:
            guard let version = try body.string() else { break }
            self.version = version
            self.statesVersion = true
        case Field.status:
            guard let status = try body.status() else { break }
            self.status = status
            self.statesStatus = true
        default: return try self.readOptional(key, from: &body)
        }
        return true
    }

    /// The fields of which it does not matter whether they were said.
    private mutating func readOptional(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.tags: self.tags = try body.strings(limit: Limits.tags) ?? []
        case Field.metadata: self.metadata = try body.metadata() ?? [:]
        case Field.ttl: self.ttl = try body.lifetime()
        case Field.weight: self.weight = try body.weight() ?? UInt16(Limits.defaultWeight)
        case Field.protocol: self.protocol = try body.string() ?? InstanceSpec.defaultProtocol
        case Field.locality: self.locality = try body.locality() ?? Locality()
        case Field.ports: self.ports = try body.ports() ?? []
        case Field.checks: self.checks = try body.checks() ?? []
        case Field.deregisterAfter: self.deregisterAfter = try body.lifetime()
        case Field.warmUp: self.warmUp = try body.timeSpan()
        default: return false
        }
        return true
    }

    var spec: InstanceSpec {
        InstanceSpec(
            host: self.host, port: self.port, protocol: self.protocol, version: self.version, status: self.status,
            weight: self.weight, tags: self.tags, metadata: self.metadata, locality: self.locality, ports: self.ports,
            ttl: self.ttl, checks: self.checks, deregisterAfter: self.deregisterAfter, warmUp: self.warmUp)
    }
}
