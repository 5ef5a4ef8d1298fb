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
