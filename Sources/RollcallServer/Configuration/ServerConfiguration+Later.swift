public import RegistryModel

// Sections whose components come with later versions. Their keys are read and checked, so that one file serves
// several versions, but `StartCheck` refuses a value that asks for what this version cannot do.
extension ServerConfiguration {
    /// How one instance is selected.
    public struct LoadBalancer: Sendable, Hashable {
        /// The strategy when the request names none. `weight`.
        public var strategy = SelectionStrategy.weight
        public var weight = LoadFactors()
        /// How long the weight of an instance grows once it is UP that says nothing of it. 0 s: it does not.
        public var warmUp = TimeSpan.zero

        public init() {}
    }

    /// How much each figure of the reported load lowers an instance's weight.
    public struct LoadFactors: Sendable, Hashable {
        /// 0 to 1. 0.4.
        public var cpu = 0.4
        /// 0 to 1. 0.3.
        public var memory = 0.3
        /// 0 to 1. 0.3.
        public var latency = 0.3

        public init() {}
    }

    /// The database of records.
    public struct Database: Sendable, Hashable {
        /// `sqlite`: the records lie in the embedded store.
        public var driver = DatabaseDriver.sqlite
        public var host = ""
        /// 3306.
        public var port = 3306
        public var database = ""
        public var username = ""
        public var password = ""
        /// Connections that stay open unused. 10.
        public var maxIdleConnections = 10
        /// Connections at once. 100.
        public var maxOpenConnections = 100

        public init() {}
    }

    /// The cache that several nodes share; on when the host is set.
    public struct Redis: Sendable, Hashable {
        public var host = ""
        /// 6379.
        public var port = 6379
        public var password = ""
        /// The number of the database, 0.
        public var database = 0
        /// Connections at once. 100.
        public var poolSize = 100

        public init() {}
    }

    /// The store of a cluster.
    public struct Etcd: Sendable, Hashable {
        /// `host:port`, `http://…` or `https://…`.
        public var endpoints: [String] = []
        /// The time to connect. 5 s.
        public var dialTimeout = TimeSpan.seconds(5)
        public var username = ""
        public var password = ""

        public init() {}
    }
}

/// The strategies that the configuration may name.
public enum SelectionStrategy: String, Sendable, Hashable, CaseIterable {
    case random
    case roundRobin = "round_robin"
    case weight
    case leastConnections = "least_conn"
}

/// Where records are kept.
public enum DatabaseDriver: String, Sendable, Hashable, CaseIterable {
    case sqlite, mysql
}
