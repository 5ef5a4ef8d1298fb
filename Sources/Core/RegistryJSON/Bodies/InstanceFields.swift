import RegistryModel

/// The fields that an owner says of an instance, put into a spec as a body brings them.
///
/// Host and port have stand-ins until they are said, so that the other fields can be held against the limits all the same.
struct InstanceFields {
    var spec = InstanceSpec(host: "stand-in", port: 1)
    private(set) var lacksHost = true
    private(set) var lacksPort = true
    private(set) var statesStatus = false
    private(set) var statesVersion = false

    /// Reads the value if `key` is one of these fields; returns false, with nothing read, if it is not.
    mutating func read(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.host:
            self.lacksHost = try body.takeNull()
            if !self.lacksHost, let host = try body.string() { self.spec.host = host }
        case Field.port:
            self.lacksPort = try body.takeNull()
            if !self.lacksPort, let port = try body.port() { self.spec.port = port }
        case Field.version:
            guard let version = try body.string() else { break }
            self.spec.version = version
            self.statesVersion = true
        case Field.status:
            guard let status = try body.status() else { break }
            self.spec.status = status
            self.statesStatus = true
        default: return try self.readOptional(key, from: &body)
        }
        return true
    }

    /// The fields of which it does not matter whether they were said.
    private mutating func readOptional(_ key: JSONKey, from body: inout BodyReader) throws(JSONError) -> Bool {
        switch key {
        case Field.tags: self.spec.tags = try body.strings(limit: Limits.tags) ?? []
        case Field.metadata: self.spec.metadata = try body.metadata() ?? [:]
        case Field.ttl: self.spec.ttl = try body.lifetime()
        case Field.weight: self.spec.weight = try body.weight() ?? UInt16(Limits.defaultWeight)
        case Field.protocol: self.spec.protocol = try body.string() ?? InstanceSpec.defaultProtocol
        case Field.locality: self.spec.locality = try body.locality() ?? Locality()
        case Field.ports: self.spec.ports = try body.ports() ?? []
        case Field.checks: self.spec.checks = try body.checks() ?? []
        case Field.deregisterAfter: self.spec.deregisterAfter = try body.lifetime()
        default: return false
        }
        return true
    }
}
