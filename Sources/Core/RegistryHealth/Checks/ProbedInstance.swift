public import RegistryModel

/// What the registry's checks have to know of an instance, as it is committed.
public struct ProbedInstance: Sendable, Hashable {
    public var key: InstanceKey
    /// The same for as long as the instance is on the roll.
    public var number: Int64
    public var incarnation: Int64?
    public var host: String
    public var port: UInt16
    public var status: InstanceStatus
    /// All that speaks against it.
    public var faults: HealthFaults
    /// Those that the registry makes. Without any, only what earlier ones left is cleared.
    public var checks: [HealthCheck]

    /// - Parameter checks: all of its checks, with the default one filled in.
    public init(_ key: InstanceKey, _ instance: Instance, checks: [HealthCheck]) {
        self.key = key
        self.number = instance.number
        self.incarnation = instance.incarnation
        self.host = instance.spec.host
        self.port = instance.spec.port
        self.status = instance.spec.status
        self.faults = instance.health.faults
        self.checks = checks.filter(\.isProbe)
    }

    /// Whether there is anything to do for it.
    public var isOfInterest: Bool { !self.checks.isEmpty || !self.faults.isDisjoint(with: [.probe, .unchecked]) }

    /// Whether what was seen of `other` holds of this one as well: it is the same process at the same place, and has not said since
    /// that it is only starting.
    func continues(_ other: ProbedInstance) -> Bool {
        self.number == other.number && self.incarnation == other.incarnation && self.host == other.host
            && self.port == other.port && !(self.status == .starting && other.status != .starting)
    }
}
