public import Logging
public import RegistryModel

/// Everything that can be set on a server, a section each. The initialisers hold the defaults, and nothing else does.
///
/// `ConfigurationKey.all` maps every field to its name in the file, its flag and its environment variable.
public struct ServerConfiguration: Sendable, Hashable {
    public var server = Server()
    public var registry = Registry()
    public var monitoring = Monitoring()
    public var history = History()
    public var health = HealthChecks()
    public var loadbalancer = LoadBalancer()
    public var database = Database()
    public var redis = Redis()
    public var etcd = Etcd()
    public var outbound = Outbound()
    public var webhooks = Webhooks()

    public init() {}

    /// The level that the log starts at: debug or lower in debug mode, else `monitoring.log_level`.
    public var logLevel: Logger.Level {
        self.server.mode == .debug ? min(self.monitoring.logLevel, .debug) : self.monitoring.logLevel
    }
}

extension ServerConfiguration {
    /// The listener of the HTTP API and its limits.
    public struct Server: Sendable, Hashable {
        /// The address that is listened on. `127.0.0.1`.
        public var host = "127.0.0.1"
        /// The port that is listened on; 0: any free one. 8080.
        public var port = 8080
        /// What errors and the log tell. `release`.
        public var mode = ServerMode.release
        /// The time to receive and handle one request, waits and watches apart. 30 s.
        public var timeout = TimeSpan.seconds(30)
        /// The bytes of one request's body. 4 MiB, the largest batch.
        public var bodyLimit = ByteCount.mebibytes(4)
        /// The time from a connection's first byte to the end of the request's head. 10 s.
        public var headerTimeout = TimeSpan.seconds(10)
        /// The time that a connection may stay open without a request. 75 s.
        public var idleTimeout = TimeSpan.seconds(75)
        /// Connections at once; fewer where the limit of open files allows fewer. 10,000.
        public var maxConnections = 10_000
        /// Open watches at once, and as many blocking readers, each a connection. 5,000.
        public var maxWatches = 5_000
        /// Where a line for each request goes. `off`.
        public var accessLog = AccessLogTarget.off
        /// The time for a graceful stop; what is not done then is cut off. 30 s.
        public var shutdownTimeout = TimeSpan.seconds(30)

        public init() {}
    }

    /// The catalogue and where it is kept.
    public struct Registry: Sendable, Hashable {
        /// The store of the catalogue. `embedded`.
        public var type = StoreType.embedded
        /// What the keys in etcd start with. `/rollcall`.
        public var prefix = "/rollcall"
        /// What this server is called in its cluster; empty: a name that is kept in its directory.
        public var node = ""
        /// Where clients reach it; empty: where it listens.
        public var advertise = ""
        /// The time that one commit may take. 5 s.
        public var timeout = TimeSpan.seconds(5)
        /// The time between heartbeats after which an instance that names no ttl is DOWN. 30 s.
        public var ttl = TimeSpan.seconds(30)
        /// The directory of the embedded store, made when missing. `rollcall-data` in the working directory.
        public var dataDirectory = "rollcall-data"
        /// The time that a DOWN instance stays listed when it names none itself.
        /// None by default: 10 min for those that owe heartbeats, 24 h for those only probed.
        public var deregisterAfter: Lifetime?
        /// The time that a service without instances is kept. 72 h.
        public var emptyServiceRetention = TimeSpan.hours(72)
        /// The memory for encoded answers. 64 MiB.
        public var encodedCacheBytes = ByteCount.mebibytes(64)
        /// How often a snapshot of the catalogue is saved to the caches, if it changed. 30 s.
        public var cacheInterval = TimeSpan.seconds(30)

        public init() {}
    }

    /// What the server tells of itself.
    public struct Monitoring: Sendable, Hashable {
        /// The least level that is logged. `info`.
        public var logLevel = Logger.Level.info
        /// The address that `/metrics` is listened on. `127.0.0.1`.
        public var metricsHost = "127.0.0.1"
        /// The port of `/metrics`; 0: any free one. 9090.
        public var metricsPort = 9090
        /// The share of a resource, 0 to 1, above which an instance is DOWN. 0.9.
        public var alertThreshold = 0.9
        /// The time between two rounds of the canary; zero: there is none. 1 min.
        public var canaryInterval = TimeSpan.minutes(1)

        public init() {}
    }

    /// The records of what changed.
    public struct History: Sendable, Hashable {
        /// The age at which a record is removed. 168 h.
        public var maxAge = TimeSpan.hours(168)
        /// The records that are kept at most. 1,000,000.
        public var maxRecords = 1_000_000

        public init() {}
    }
}

/// How much errors and the log tell.
public enum ServerMode: String, Sendable, Hashable, CaseIterable {
    case release
    /// Errors carry their cause, and the log starts at debug.
    case debug
}

/// Where the catalogue is kept.
public enum StoreType: String, Sendable, Hashable, CaseIterable {
    /// In a directory of this machine; the server is alone.
    case embedded
    /// In etcd, shared with other servers.
    case etcd
}

/// Where a line for each request goes.
public enum AccessLogTarget: Sendable, Hashable {
    case off
    case stdout
    /// A path; lines are appended.
    case file(String)
}
