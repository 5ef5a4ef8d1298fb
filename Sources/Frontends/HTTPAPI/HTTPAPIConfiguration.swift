public import HTTPSupport
public import RegistryModel

/// What an operator can set about the HTTP API. Every default is in its comment.
public struct HTTPAPIConfiguration: Sendable, Hashable {
    /// Where it listens, and what one connection may take: `127.0.0.1`, port 8080.
    public var listener: ListenerConfiguration
    /// How long a write or a read of the history may be handled (`server.timeout`); waits and watches may take longer: 30 s.
    public var handlingTimeLimit: TimeSpan
    /// Bytes of a request's body: 4 MiB.
    public var bodyBytes: Int
    /// Streams of events at once, and as many blocking readers; further ones are shed with 429: 4,096.
    public var maximumWatches: Int
    /// Services that one stream may name: 1,000.
    public var maximumWatchedServices: Int
    /// How often a comment tells the reader of a quiet stream that it is alive: 15 s.
    public var keepAliveInterval: TimeSpan
    /// Whether faults of the server's own are described to clients (`server.mode: debug`): false.
    public var showsErrors: Bool
    /// How `select` chooses when the caller does not say (`loadbalancer.strategy`): `weight`.
    public var strategy: String
    /// Where callbacks may lead (`outbound`): anywhere but what is never allowed.
    public var outbound: OutboundPolicy
    /// How long the weight of an instance grows that says nothing of it (`loadbalancer.warm_up`); zero: it does not. 0 s.
    public var warmUp: TimeSpan
    /// The version of this program.
    public var version: String

    public init(
        listener: ListenerConfiguration = ListenerConfiguration(), handlingTimeLimit: TimeSpan = .seconds(30),
        bodyBytes: Int = 4 << 20, maximumWatches: Int = 4_096, maximumWatchedServices: Int = 1_000,
        keepAliveInterval: TimeSpan = .seconds(15), showsErrors: Bool = false, strategy: String = "weight",
        warmUp: TimeSpan = .zero, outbound: OutboundPolicy = OutboundPolicy(listensOnLoopbackAlone: true),
        version: String
    ) {
        self.listener = listener
        self.handlingTimeLimit = handlingTimeLimit
        self.bodyBytes = bodyBytes
        self.maximumWatches = maximumWatches
        self.maximumWatchedServices = maximumWatchedServices
        self.keepAliveInterval = keepAliveInterval
        self.showsErrors = showsErrors
        self.strategy = strategy
        self.outbound = outbound
        self.warmUp = warmUp
        self.version = version
    }
}
