/// Where an instance runs.
public struct Locality: Sendable, Hashable {
    public var region: String
    public var zone: String

    public init(region: String = "", zone: String = "") {
        self.region = region
        self.zone = zone
    }
}

/// A further port of an instance, under a name.
public struct NamedPort: Sendable, Hashable {
    public var name: String
    public var port: UInt16

    public init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }
}

/// How the registry, or the owner, tells that an instance is well.
public struct HealthCheck: Sendable, Hashable {
    /// `ttl` (the owner reports), or one that the registry makes: `http`, `tcp`, `grpc`.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        case ttl = 1
        case http = 2
        case tcp = 3
        case grpc = 4

        public var description: String {
            switch self {
            case .ttl: "ttl"
            case .http: "http"
            case .tcp: "tcp"
            case .grpc: "grpc"
            }
        }

        public init?(_ text: String) {
            guard let match = Self.allCases.first(where: { $0.description == text }) else { return nil }
            self = match
        }
    }

    public var name: String
    public var kind: Kind
    /// For `ttl`: how long a report holds. Nil: the instance's ttl, else `registry.ttl`.
    public var interval: TimeSpan?

    public init(name: String, kind: Kind, interval: TimeSpan? = nil) {
        self.name = name
        self.kind = kind
        self.interval = interval
    }
}

/// What the owner of an instance says of it: all of a registration's fields but its identity.
public struct InstanceSpec: Sendable, Hashable {
    public var host: String
    public var port: UInt16
    public var `protocol`: String
    public var version: String
    public var status: InstanceStatus
    public var weight: UInt16
    public var tags: [String]
    public var metadata: Metadata
    public var locality: Locality
    public var ports: [NamedPort]
    /// How long a heartbeat holds. Nil: not said.
    public var ttl: Lifetime?
    public var checks: [HealthCheck]
    /// How long it is kept once DOWN. Nil: not said.
    public var deregisterAfter: Lifetime?

    public static let defaultProtocol = "http"

    public init(
        host: String, port: UInt16, protocol: String = InstanceSpec.defaultProtocol, version: String = "",
        status: InstanceStatus = .up, weight: UInt16 = UInt16(Limits.defaultWeight), tags: [String] = [],
        metadata: Metadata = [:], locality: Locality = Locality(), ports: [NamedPort] = [], ttl: Lifetime? = nil,
        checks: [HealthCheck] = [], deregisterAfter: Lifetime? = nil
    ) {
        self.host = host
        self.port = port
        self.protocol = `protocol`
        self.version = version
        self.status = status
        self.weight = weight
        self.tags = tags
        self.metadata = metadata
        self.locality = locality
        self.ports = ports
        self.ttl = ttl
        self.checks = checks
        self.deregisterAfter = deregisterAfter
    }

    /// `host:port`, for an IPv6 host `[::1]:8080`: the id of an instance that was given none.
    public var address: String {
        self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}
