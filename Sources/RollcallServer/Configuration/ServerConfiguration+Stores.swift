public import RegistryModel

// Stores, some of whose components come with later versions. All keys are read and checked, so that one file serves
// several versions, but `StartCheck` refuses a value that asks for what this version cannot do.
extension ServerConfiguration {
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
        /// Empty: the default user.
        public var username = ""
        public var password = ""
        /// The number of the database, 0.
        public var database = 0
        /// Connections at once. 100.
        public var poolSize = 100
        /// Whether the connection is encrypted, and the server's certificate held against its name. `false`.
        public var usesTLS = false
        /// A PEM file with the authorities that are trusted instead of the system's. None.
        public var caFile = ""
        /// What every key begins with. `rollcall`.
        public var prefix = "rollcall"
        /// The time to connect, and for the answer to a command. 2 s.
        public var timeout = TimeSpan.seconds(2)

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
        /// The file with the certificates of those who may sign etcd's. Empty: those of the system.
        public var authorityFile = ""
        /// The files with the certificate that is shown to etcd and its private key. Empty: none is.
        public var certificateFile = ""
        public var keyFile = ""
        /// The name that etcd's certificate must have. Empty: the endpoint's host.
        public var serverName = ""
        /// What a member of etcd may take on disk, as it was told itself; 0: no matter. 2 GiB, etcd's own default.
        public var quota = ByteCount.gibibytes(2)
        /// Whether old revisions are forgotten. `on`.
        public var compaction = Compaction.on

        public init() {}

        /// Whether endpoints that do not say how they are reached are reached with TLS.
        var namesCertificates: Bool {
            [self.authorityFile, self.certificateFile, self.keyFile, self.serverName].contains { !$0.isEmpty }
        }
    }
}

/// Whether old revisions in etcd are forgotten.
public enum Compaction: String, Sendable, Hashable, CaseIterable {
    case on
    /// For an etcd that others use too, and that is compacted by somebody else.
    case off
}

/// Where records are kept.
public enum DatabaseDriver: String, Sendable, Hashable, CaseIterable {
    case sqlite, mysql
}
