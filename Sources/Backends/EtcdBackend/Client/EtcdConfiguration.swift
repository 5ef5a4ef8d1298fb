public import RegistryModel

/// How etcd is reached. Every default is in its comment.
public struct EtcdConfiguration: Sendable {
    /// One or more members of the same cluster, tried in this order.
    public var endpoints: [EtcdEndpoint]
    /// How long opening a connection may take, and a call may wait for one: 5 s. Then the next endpoint is tried.
    public var dialTimeout: TimeSpan
    /// How long one call may take with all that is tried again in it: 5 s.
    public var requestTimeout: TimeSpan
    /// After so long without a word from a member it is asked whether it is still there, and given ``keepaliveTimeout`` to
    /// answer: 10 s. etcd takes less than 5 s for an attack.
    public var keepaliveInterval: TimeSpan
    /// 3 s. Then the connection is given up, and what ran on it goes on elsewhere.
    public var keepaliveTimeout: TimeSpan
    /// Nil: none, for an etcd without authentication.
    public var credentials: Credentials?
    /// Nil: no certificates of our own; endpoints with `https://` are held against those of the system.
    public var tls: TLS?

    /// A user of etcd's and its password.
    public struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        public var username: String
        var password: String

        public init(username: String, password: String) {
            self.username = username
            self.password = password
        }

        /// Never the password.
        public var description: String { "the user \(self.username)" }
        public var debugDescription: String { self.description }
        public var customMirror: Mirror { Mirror(self, children: ["username": self.username]) }
    }

    /// Files in PEM form.
    public struct TLS: Sendable, Hashable {
        /// Whose signature a member's certificate must have; nil: those of the system.
        public var authorities: String?
        /// The certificate that is shown to etcd, and its private key; nil: none.
        public var certificate: String?
        public var privateKey: String?
        /// The name that a member's certificate must have; nil: the endpoint's host.
        public var serverName: String?
        /// How often it is looked whether the files hold something else.
        var look = TimeSpan.seconds(10)

        public init(
            authorities: String? = nil, certificate: String? = nil, privateKey: String? = nil, serverName: String? = nil
        ) {
            self.authorities = authorities
            self.certificate = certificate
            self.privateKey = privateKey
            self.serverName = serverName
        }
    }

    public init(
        endpoints: [EtcdEndpoint], dialTimeout: TimeSpan = .seconds(5), requestTimeout: TimeSpan = .seconds(5),
        keepaliveInterval: TimeSpan = .seconds(10), keepaliveTimeout: TimeSpan = .seconds(3),
        credentials: Credentials? = nil, tls: TLS? = nil
    ) {
        self.endpoints = endpoints
        self.dialTimeout = dialTimeout
        self.requestTimeout = requestTimeout
        self.keepaliveInterval = keepaliveInterval
        self.keepaliveTimeout = keepaliveTimeout
        self.credentials = credentials
        self.tls = tls
    }

    // As the clock has them.
    var dial: Duration { self.dialTimeout.duration }
    var request: Duration { self.requestTimeout.duration }
    var keepalive: (interval: Duration, timeout: Duration) {
        (self.keepaliveInterval.duration, self.keepaliveTimeout.duration)
    }

    func usesTLS(_ endpoint: EtcdEndpoint) -> Bool { endpoint.usesTLS ?? (self.tls != nil) }
}
