public import RegistryModel

extension ServerConfiguration {
    /// What checks are made with when a registration does not say, and what is made of reported resources.
    public struct HealthChecks: Sendable, Hashable {
        /// The time between two checks. 10 s.
        public var interval = TimeSpan.seconds(10)
        /// The time that one check may take. 5 s.
        public var timeout = TimeSpan.seconds(5)
        /// Failures in a row before DOWN. 3.
        public var retries = 3
        /// The kind of check for instances that name neither ttl nor check: `http`, `tcp`, `grpc`.
        /// None by default: they owe heartbeats.
        public var defaultCheck: CheckType?
        /// Checks that are made at once. 1,000.
        public var maxConcurrent = 1_000
        /// Connections of checks at once; fewer where the limit of open files allows fewer. 2,000.
        public var maxConnections = 2_000
        /// A PEM file with authorities that checks over TLS trust besides those of the system. None.
        public var tlsCAFile = ""
        public var thresholds = Thresholds()
        /// Whether instances that go DOWN together with most others of their service are kept as suspects. `true`.
        public var protection = true

        public init() {}
    }

    /// The share of a resource, 0 to 1, above which an instance that reports it is DOWN. None by default: `monitoring.alert_threshold`.
    public struct Thresholds: Sendable, Hashable {
        public var cpu: Double?
        public var memory: Double?
        public var disk: Double?

        public init() {}
    }
}

/// A kind of check that the server makes itself.
public enum CheckType: String, Sendable, Hashable, CaseIterable {
    case http, tcp, grpc
}
