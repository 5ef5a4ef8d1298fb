public import RegistryModel

/// What an operator can set about the catalogue. Every default is in its comment.
public struct CatalogSettings: Sendable, Hashable {
    /// How long a heartbeat holds for an instance that says nothing of it (`registry.ttl`): 30 s.
    public var ttl: TimeSpan
    /// How long a DOWN instance that owes heartbeats is kept, unless it says so itself: 10 min.
    public var heartbeatDeregisterAfter: Lifetime
    /// How long a DOWN instance that is only probed is kept, unless it says so itself: 24 h.
    public var probeDeregisterAfter: Lifetime
    /// How long a service without instances is remembered (`registry.empty_service_retention`): 72 h.
    public var emptyServiceRetention: TimeSpan
    /// The check that is made of an instance which names neither ttl nor check (`health.default_check`); nil: it owes heartbeats.
    public var defaultCheck: HealthCheck.Kind?
    /// How long an operator's decision outlives what it is about: 7 days.
    public var overrideAbsence = Limits.overrideAbsence
    /// Whether instances that go DOWN together with most others are kept as suspects (`health.protection`): true.
    public var protects: Bool
    /// From which share of its resources on an instance is DOWN (`health.thresholds`): 0.9 each.
    public var thresholds: ResourceThresholds
    /// How often a check is made that does not say (`health.interval`): 10 s.
    public var checkInterval = TimeSpan.seconds(10)
    /// How long it may take (`health.timeout`): 5 s.
    public var checkTimeout = TimeSpan.seconds(5)
    /// Failures in a row that make it fail (`health.retries`): 3.
    public var checkRetries = 3
    /// Whether other nodes use the same store (`registry.type: etcd`): false.
    public var isShared = false
    /// What the encodings of all snapshots may take together, in bytes: 64 MiB.
    public var encodedCacheBytes: Int
    /// Commands that may wait for the store at once; beyond, they are shed: 65,536.
    public var queueLimit: Int
    /// How long a caller waits for the store (`registry.timeout`): 5 s.
    public var storeTimeout: TimeSpan
    /// Changes that are kept in memory for watchers to catch up with, over all services: 16,384.
    public var deltaLogEntries: Int
    /// The same for one service, so that a busy one cannot drive out the others: 1,024.
    public var deltaLogEntriesPerService: Int
    /// Subscriptions that there may be (`webhooks.max_subscriptions`): 10,000.
    public var maximumSubscriptions: Int
    /// The same for one service (`webhooks.max_subscriptions_per_service`): 100.
    public var maximumSubscriptionsPerService: Int

    public init(
        ttl: TimeSpan = .seconds(30), heartbeatDeregisterAfter: Lifetime = .after(.minutes(10)),
        probeDeregisterAfter: Lifetime = .after(.hours(24)),
        emptyServiceRetention: TimeSpan = .hours(72), defaultCheck: HealthCheck.Kind? = nil,
        protects: Bool = true, thresholds: ResourceThresholds = ResourceThresholds(),
        encodedCacheBytes: Int = 64 << 20, queueLimit: Int = 65_536,
        storeTimeout: TimeSpan = .seconds(5), deltaLogEntries: Int = 16_384, deltaLogEntriesPerService: Int = 1_024,
        maximumSubscriptions: Int = 10_000, maximumSubscriptionsPerService: Int = 100
    ) {
        self.ttl = ttl
        self.heartbeatDeregisterAfter = heartbeatDeregisterAfter
        self.probeDeregisterAfter = probeDeregisterAfter
        self.emptyServiceRetention = emptyServiceRetention
        self.defaultCheck = defaultCheck
        self.protects = protects
        self.thresholds = thresholds
        self.encodedCacheBytes = encodedCacheBytes
        self.queueLimit = queueLimit
        self.storeTimeout = storeTimeout
        self.deltaLogEntries = deltaLogEntries
        self.deltaLogEntriesPerService = deltaLogEntriesPerService
        self.maximumSubscriptions = maximumSubscriptions
        self.maximumSubscriptionsPerService = maximumSubscriptionsPerService
    }

    /// Commands in one commit at most. Enough that the sync of the disk is paid by many, few enough that it stays short.
    static let groupLimit = 1_024
    /// How often deadlines are looked at; expiry is late by this much at most while the process runs.
    static let tick = TimeSpan.milliseconds(50)
    /// How long each node leaves those before it in rank to act.
    static let precedence = TimeSpan.seconds(3)
    /// How often it is looked for what may be forgotten.
    static let housekeeping = TimeSpan.minutes(1)
    /// How often it is looked for overrides that ran out.
    static let overrideCheck = TimeSpan.milliseconds(500)
    /// How often it is looked whether a doubt is over, or has more to flag.
    static let protectionReview = TimeSpan.seconds(1)
    /// How often in a row at most, while there is more to do than goes into one group.
    static let reviewRounds = 64
    /// Instances that one command flags, or takes the flag from, at most; the rest follows in other commits.
    static let flagLimit = 4_096
    /// Highest incarnations are remembered after removal for at least this long.
    static let tombstoneLifetime = TimeSpan.hours(1)
    /// Numbers that one command gives to rows at most: an instance's and its service's.
    static let numbersPerCommand = 2
    /// How often a command that met a conflict is decided again before it is given up.
    static let conflictRetries = 5
    /// The same where another try is worth more than an answer.
    static let longPatience = 50
}
