/// What the owner of an instance says of it: all of a registration's fields but its identity.
///
/// The registry keeps very many of these. What the instances of a service mostly have in common is therefore kept apart, and
/// once for all that agree in it: see ``share(with:)``.
public struct InstanceSpec: Sendable, Hashable {
    public var host: String
    public var metadata: Metadata
    private var traits: Shared<InstanceTraits>
    public var port: UInt16
    public var weight: UInt16
    public var status: InstanceStatus

    public static let defaultProtocol = "http"

    public init(
        host: String, port: UInt16, protocol: String = InstanceSpec.defaultProtocol, version: String = "",
        status: InstanceStatus = .up, weight: UInt16 = UInt16(Limits.defaultWeight), tags: [String] = [],
        metadata: Metadata = [:], locality: Locality = Locality(), ports: [NamedPort] = [], ttl: Lifetime? = nil,
        checks: [HealthCheck] = [], deregisterAfter: Lifetime? = nil, warmUp: TimeSpan? = nil
    ) {
        self.host = host
        self.port = port
        self.status = status
        self.weight = weight
        self.metadata = metadata
        self.traits = Shared(
            InstanceTraits(
                protocol: `protocol`, version: version, tags: tags, locality: locality, ports: ports, ttl: ttl,
                checks: checks, deregisterAfter: deregisterAfter, warmUp: warmUp))
    }

    public var `protocol`: String {
        get { self.traits.value.protocol }
        set { self.traits.change { $0.protocol = newValue } }
    }

    public var version: String {
        get { self.traits.value.version }
        set { self.traits.change { $0.version = newValue } }
    }

    public var tags: [String] {
        get { self.traits.value.tags }
        set { self.traits.change { $0.tags = newValue } }
    }

    public var locality: Locality {
        get { self.traits.value.locality }
        set { self.traits.change { $0.locality = newValue } }
    }

    public var ports: [NamedPort] {
        get { self.traits.value.ports }
        set { self.traits.change { $0.ports = newValue } }
    }

    /// How long a heartbeat holds. Nil: not said.
    public var ttl: Lifetime? {
        get { self.traits.value.ttl }
        set { self.traits.change { $0.ttl = newValue } }
    }

    public var checks: [HealthCheck] {
        get { self.traits.value.checks }
        set { self.traits.change { $0.checks = newValue } }
    }

    /// How long it is kept once DOWN. Nil: not said.
    public var deregisterAfter: Lifetime? {
        get { self.traits.value.deregisterAfter }
        set { self.traits.change { $0.deregisterAfter = newValue } }
    }

    /// How long its weight grows from a tenth to all of it once it has become UP. Nil: not said.
    public var warmUp: TimeSpan? {
        get { self.traits.value.warmUp }
        set { self.traits.change { $0.warmUp = newValue } }
    }

    /// `host:port`, for an IPv6 host `[::1]:8080`: the id of an instance that was given none.
    public var address: String {
        self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// Takes over the storage of `sibling` for whatever is equal in both. Nothing that can be read changes.
    public mutating func share(with sibling: InstanceSpec) {
        if self.traits == sibling.traits { self.traits = sibling.traits }
        self.metadata.share(with: sibling.metadata)
    }

    /// Whether the traits have one storage with those of `other`, or could have.
    func hasTraits(of other: InstanceSpec) -> Bool { self.traits == other.traits }

    /// What tells traits apart at little cost; equal traits hash alike.
    func hashTraits(into hasher: inout Hasher) {
        hasher.combine(self.version)
        hasher.combine(self.locality.zone)
        hasher.combine(self.tags.first)
        hasher.combine(self.ttl)
    }
}
