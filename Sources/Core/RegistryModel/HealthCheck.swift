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
    /// For `ttl`: how long a report holds; nil: the instance's ttl, else `registry.ttl`. Else the time from one probe to the next; nil:
    /// `health.interval`.
    public var interval: TimeSpan?
    /// How the registry makes it; only the defaults for `ttl`.
    public var probe: Probe

    public init(name: String, kind: Kind, interval: TimeSpan? = nil, probe: Probe = Probe()) {
        self.name = name
        self.kind = kind
        self.interval = interval
        self.probe = probe
    }

    /// Whether the registry makes it, rather than wait for the owner.
    public var isProbe: Bool { self.kind != .ttl }

    /// What the registry asks, and what it takes for an answer that passes.
    public struct Probe: Sendable, Hashable {
        /// The most that one probe may take, at most the interval; nil: `health.timeout`.
        public var timeout: TimeSpan?
        /// Failures in a row that make it DOWN; nil: `health.retries`.
        public var failuresBeforeDown: Int?
        /// Successes in a row that make it UP; nil: 1.
        public var successesBeforeUp: Int?
        /// From the registration on, how long failures do not count before the first success; nil: none.
        public var startPeriod: TimeSpan?
        /// The port that is asked; 0: the instance's.
        public var port: UInt16
        /// For http.
        public var path: String
        /// For http: `GET`, `HEAD`, `POST`, …
        public var method: String
        /// For http: sent as they are. The values may be secrets, and no answer has them.
        public var headers: Metadata
        /// For http: codes and ranges of codes, `200-299,301`.
        public var expectedStatus: String
        /// For http: text that the body has to contain; empty: anything.
        public var bodyContains: String
        /// For http and grpc: over TLS, the certificate verified.
        public var usesTLS: Bool
        /// The name that the certificate has to have; empty: the instance's host.
        public var serverName: String
        /// For grpc: the service that is asked about; empty: the whole server.
        public var service: String

        /// What answers have in the place of each value of ``headers``; nothing that a check may send.
        public static let hiddenValue = "***"
        public static let defaultPath = "/health"
        public static let defaultMethod = "GET"
        public static let defaultExpectedStatus = "200-299"

        public init(
            timeout: TimeSpan? = nil, failuresBeforeDown: Int? = nil, successesBeforeUp: Int? = nil,
            startPeriod: TimeSpan? = nil, port: UInt16 = 0, path: String = Probe.defaultPath,
            method: String = Probe.defaultMethod, headers: Metadata = [:],
            expectedStatus: String = Probe.defaultExpectedStatus, bodyContains: String = "", usesTLS: Bool = false,
            serverName: String = "", service: String = ""
        ) {
            self.timeout = timeout
            self.failuresBeforeDown = failuresBeforeDown
            self.successesBeforeUp = successesBeforeUp
            self.startPeriod = startPeriod
            self.port = port
            self.path = path
            self.method = method
            self.headers = headers
            self.expectedStatus = expectedStatus
            self.bodyContains = bodyContains
            self.usesTLS = usesTLS
            self.serverName = serverName
            self.service = service
        }
    }
}
