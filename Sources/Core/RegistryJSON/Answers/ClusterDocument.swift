public import RegistryModel

/// How a cluster is, as the node that answers sees it. Words are text, since a newer server may know more of them.
public struct ClusterDocument: Sendable, Hashable {
    public var registryID: String
    /// `etcd`, or `embedded` for a node that is alone.
    public var type: String
    /// What the node that answers has applied.
    public var revision: Revision
    /// Where its answers come from: `live`, `cache` or `file`.
    public var source: String
    /// How long ago its store last confirmed that they are the newest.
    public var age: TimeSpan
    /// Whether it cannot judge who is silent.
    public var isCutOff: Bool
    /// Counts the histories that an operator let begin; 0 for a node that is alone.
    public var timeline: Int
    /// The schema that may be written, the lowest that every member knows; 0 for a node that is alone.
    public var level: Int
    public var store: Store
    /// In the order in which they joined.
    public var members: [Member]

    public init(
        registryID: String, type: String, revision: Revision, source: String, age: TimeSpan = .zero,
        isCutOff: Bool = false, timeline: Int = 0, level: Int = 0, store: Store = Store(), members: [Member] = []
    ) {
        self.registryID = registryID
        self.type = type
        self.revision = revision
        self.source = source
        self.age = age
        self.isCutOff = isCutOff
        self.timeline = timeline
        self.level = level
        self.store = store
        self.members = members
    }

    /// One process of the cluster.
    public struct Member: Sendable, Hashable {
        /// Made when the process started: 16 hexadecimal digits.
        public var id: String
        /// Orders members by when they joined; nil before that.
        public var epoch: Int64?
        /// Of its data directory.
        public var node: String
        /// Where clients reach it.
        public var address: String
        public var version: String
        /// The latest schema of records that it knows.
        public var schema: Int
        public var startedAt: Timestamp?
        /// Whether it is the node that answers.
        public var isSelf: Bool
        /// At its newest digest, as everything below; nil: there is none.
        public var applied: Revision?
        /// How many revisions it is behind the furthest.
        public var lag: Int64?
        /// Its state, as 32 hexadecimal digits.
        public var hash: String?
        /// Whether its state was that of the node that answers, where both were at the same revision last; nil: never yet.
        public var agrees: Bool?
        public var digestAge: TimeSpan?
        /// How often, and for how long together, its liveness time stood still.
        public var standstills: Int
        public var stoodStill: TimeSpan
        /// Services for which it is the first to act.
        public var services: Int

        public init(
            id: String, epoch: Int64? = nil, node: String = "", address: String = "", version: String = "",
            schema: Int = 0, startedAt: Timestamp? = nil, isSelf: Bool = false, applied: Revision? = nil,
            lag: Int64? = nil, hash: String? = nil, agrees: Bool? = nil, digestAge: TimeSpan? = nil,
            standstills: Int = 0, stoodStill: TimeSpan = .zero, services: Int = 0
        ) {
            self.id = id
            self.epoch = epoch
            self.node = node
            self.address = address
            self.version = version
            self.schema = schema
            self.startedAt = startedAt
            self.isSelf = isSelf
            self.applied = applied
            self.lag = lag
            self.hash = hash
            self.agrees = agrees
            self.digestAge = digestAge
            self.standstills = standstills
            self.stoodStill = stoodStill
            self.services = services
        }
    }

    /// The store that the nodes share.
    public struct Store: Sendable, Hashable {
        /// None for a node that is alone.
        public var endpoints: [StoreEndpointDocument]
        /// What each endpoint may take on disk, in bytes; 0: nobody has said.
        public var quota: Int64
        /// Its quota is used up.
        public var isFull: Bool
        /// Why nothing may be written though it could be, in a sentence; nil: nothing stands against it.
        public var obstacle: String?

        public init(
            endpoints: [StoreEndpointDocument] = [], quota: Int64 = 0, isFull: Bool = false, obstacle: String? = nil
        ) {
            self.endpoints = endpoints
            self.quota = quota
            self.isFull = isFull
            self.obstacle = obstacle
        }

        /// Whether somebody should make room at an endpoint, before its quota is used up.
        public func needsRoom(_ endpoint: StoreEndpointDocument) -> Bool {
            self.quota > 0 && endpoint.bytes >= self.quota / 100 * Limits.storeAlert
        }
    }
}

/// One endpoint of a shared store, as it says itself.
public struct StoreEndpointDocument: Sendable, Hashable {
    public var address: String
    /// Nil: it does not answer.
    public var version: String?
    public var isLeader: Bool
    /// The store's own count.
    public var revision: Int64
    /// What it takes on disk, and how much of that is in use.
    public var bytes: Int64
    public var usedBytes: Int64
    /// What it complains of.
    public var errors: [String]

    public init(
        address: String, version: String? = nil, isLeader: Bool = false, revision: Int64 = 0, bytes: Int64 = 0,
        usedBytes: Int64 = 0, errors: [String] = []
    ) {
        self.address = address
        self.version = version
        self.isLeader = isLeader
        self.revision = revision
        self.bytes = bytes
        self.usedBytes = usedBytes
        self.errors = errors
    }
}
