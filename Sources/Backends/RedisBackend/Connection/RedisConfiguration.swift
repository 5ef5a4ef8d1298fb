public import RegistryModel

/// How Redis is reached, and what its keys begin with. Every default is in its comment.
public struct RedisConfiguration: Sendable {
    /// A name or an address.
    public var host: String
    /// 6379.
    public var port: Int
    /// Nil: none, for a Redis without authentication.
    public var credentials: Credentials?
    /// The number of the database: 0.
    public var database: Int
    /// Nil: a plain connection.
    public var tls: TLS?
    /// Connections at once, 1 or more: 100. They are opened when they are needed.
    public var poolSize: Int
    /// How long a connection may take to open, and a command to be answered: 2 s.
    public var timeout: TimeSpan
    /// What every key begins with: `rollcall`.
    public var prefix: String
    /// Where the registry's own data is, as each of its nodes knows it from its configuration: like `etcd /rollcall`. A snapshot that
    /// names another is another registry's.
    public var store: String

    public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Empty: the default user, the only one before Redis 6.
        public var username: String
        let password: String

        public init(username: String = "", password: String) {
            self.username = username
            self.password = password
        }

        /// Never the password.
        public var description: String { self.username.isEmpty ? "the default user" : "the user \(self.username)" }
        public var debugDescription: String { self.description }
        public var customMirror: Mirror { Mirror(self, children: ["username": self.username]) }
    }

    public struct TLS: Sendable, Hashable {
        /// A PEM file with the authorities that a server's certificate must be signed by; nil: those of the system.
        public var authorities: String?

        public init(authorities: String? = nil) { self.authorities = authorities }
    }

    public init(
        host: String, port: Int = 6_379, credentials: Credentials? = nil, database: Int = 0, tls: TLS? = nil,
        poolSize: Int = 100, timeout: TimeSpan = .seconds(2), prefix: String = "rollcall", store: String
    ) {
        self.host = host
        self.port = port
        self.credentials = credentials
        self.database = database
        self.tls = tls
        self.poolSize = poolSize
        self.timeout = timeout
        self.prefix = prefix
        self.store = store
    }

    /// For messages.
    var address: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }
}
