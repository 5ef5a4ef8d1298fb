import RegistryModel

/// The fields that an owner says of an instance, as far as a body has them.
struct InstanceFields {
    var host: String?
    var port: UInt16?
    var `protocol`: String?
    var version: String?
    var status: InstanceStatus?
    var weight: UInt16?
    var tags: [String]?
    var metadata: Metadata?
    var locality: Locality?
    var ports: [NamedPort]?
    var ttl: Lifetime?
    var checks: [HealthCheck]?
    var deregisterAfter: Lifetime?

    /// Reads the value if `key` is one of these fields; returns false, with nothing read, if it is not.
    mutating func read(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.host: self.host = try body.string()
        case Field.port: self.port = try body.port()
        case Field.tags: self.tags = try body.strings(limit: Limits.tags)
        case Field.metadata: self.metadata = try body.metadata()
        case Field.ttl: self.ttl = try body.lifetime()
        case Field.version: self.version = try body.string()
        case Field.weight: self.weight = try body.weight()
        case Field.protocol: self.protocol = try body.string()
        case Field.status: self.status = try body.status()
        case Field.locality: self.locality = try body.locality()
        case Field.ports: self.ports = try body.ports()
        case Field.checks: self.checks = try body.checks()
        case Field.deregisterAfter: self.deregisterAfter = try body.lifetime()
        default: return false
        }
        return true
    }

    /// The spec of these fields and the defaults of the absent ones.
    func spec(host: String, port: UInt16, version: String, metadata: Metadata) -> InstanceSpec {
        InstanceSpec(
            host: host, port: port, protocol: self.protocol ?? InstanceSpec.defaultProtocol, version: version,
            status: self.status ?? .up, weight: self.weight ?? UInt16(Limits.defaultWeight), tags: self.tags ?? [],
            metadata: metadata, locality: self.locality ?? Locality(), ports: self.ports ?? [], ttl: self.ttl,
            checks: self.checks ?? [], deregisterAfter: self.deregisterAfter)
    }
}
