/// A request to put an instance on the roll, read and merged but not yet checked: `validate()` does that.
public struct Registration: Sendable, Hashable {
    public var service: ServiceKey
    /// Taken when this registration creates the service.
    public var serviceType: String
    /// Taken when this registration creates the service.
    public var serviceMetadata: Metadata
    public var instanceID: String
    public var spec: InstanceSpec
    /// Whether `spec.status` was said, rather than left to its default.
    public var statesStatus: Bool
    public var incarnation: Int64?

    /// - Parameter instanceID: nil for `host:port`.
    public init(
        service: ServiceKey, serviceType: String = "", serviceMetadata: Metadata = [:], instanceID: String? = nil,
        spec: InstanceSpec, statesStatus: Bool = false, incarnation: Int64? = nil
    ) {
        self.service = service
        self.serviceType = serviceType
        self.serviceMetadata = serviceMetadata
        self.instanceID = instanceID ?? spec.address
        self.spec = spec
        self.statesStatus = statesStatus
        self.incarnation = incarnation
    }

    public var key: InstanceKey { InstanceKey(service: self.service, id: self.instanceID) }

    /// Every field that breaks a limit; empty when it is sound.
    public func validate() -> [FieldError] {
        var check = FieldCheck()
        check.name(self.service.name, "service.name")
        check.name(self.service.namespace, "service.namespace")
        check.text(self.serviceType, Limits.serviceTypeBytes, "service.type")
        check.metadata(self.serviceMetadata, "service.metadata")
        check.instanceID(self.instanceID, "instance.id")
        check.incarnation(self.incarnation, "instance.incarnation")
        check.spec(self.spec, prefix: "instance.")
        return check.errors
    }
}

/// Some of an instance's fields, to be changed: JSON Merge Patch (RFC 7396) on what the owner may change.
public struct InstancePatch: Sendable, Hashable {
    /// `nil`: leave as it is. `.some(nil)`: back to its default.
    public var status: InstanceStatus??
    public var weight: UInt16??
    public var version: String??
    public var tags: [String]??
    public var ttl: Lifetime??
    public var deregisterAfter: Lifetime??
    public var warmUp: TimeSpan??
    public var checks: [HealthCheck]??
    public var region: String??
    public var zone: String??
    /// Keys to set, or with nil to remove; `clearsMetadata` removes all others first.
    public var metadata: [String: String?] = [:]
    public var clearsMetadata = false
    /// Names to set, or with nil to remove; `clearsPorts` removes all others first.
    public var ports: [String: UInt16?] = [:]
    public var clearsPorts = false
    /// The incarnation that asks; it is not changed by a patch.
    public var incarnation: Int64?

    public init() {}

    /// The spec with this patch on it.
    public func applied(to spec: InstanceSpec) -> InstanceSpec {
        var result = spec
        if let status { result.status = status ?? .up }
        if let weight { result.weight = weight ?? UInt16(Limits.defaultWeight) }
        if let version { result.version = version ?? "" }
        if let tags { result.tags = tags ?? [] }
        if let ttl { result.ttl = ttl }
        if let deregisterAfter { result.deregisterAfter = deregisterAfter }
        if let warmUp { result.warmUp = warmUp }
        if let checks { result.checks = checks ?? [] }
        if let region { result.locality.region = region ?? "" }
        if let zone { result.locality.zone = zone ?? "" }
        if self.clearsMetadata { result.metadata = [:] }
        for (key, value) in self.metadata { result.metadata[key] = value }
        if self.clearsPorts { result.ports = [] }
        result.ports.removeAll { self.ports.keys.contains($0.name) }
        for case (let name, let port?) in self.ports { result.ports.append(NamedPort(name: name, port: port)) }
        if !self.ports.isEmpty { result.ports.sort { $0.name < $1.name } }
        return result
    }
}

/// Some of a service's own fields, to be changed.
public struct ServicePatch: Sendable, Hashable {
    public var type: String??
    public var metadata: [String: String?] = [:]
    public var clearsMetadata = false

    public init() {}

    /// The record with this patch on it; revision and times are left alone.
    public func applied(to service: Service) -> Service {
        var result = service
        if let type { result.type = type ?? "" }
        if self.clearsMetadata { result.metadata = [:] }
        for (key, value) in self.metadata { result.metadata[key] = value }
        return result
    }
}
