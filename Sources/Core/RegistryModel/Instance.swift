/// One running copy of a service, as the registry keeps it.
///
/// There may be a million of them: the order of the stored properties leaves no gaps.
public struct Instance: Sendable, Hashable {
    public let id: String
    /// Given out once by the registry and kept for the life of the record; the key of its row.
    public var number: Int64
    /// The commit that changed it last.
    public var revision: Revision
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// -1: none. An optional would take 8 bytes more.
    private var chosenIncarnation: Int64
    public var health: Health
    /// What the owner said.
    public var spec: InstanceSpec

    public init(
        id: String, spec: InstanceSpec, number: Int64, incarnation: Int64?, health: Health, createdAt: Timestamp,
        updatedAt: Timestamp, revision: Revision
    ) {
        self.id = id
        self.spec = spec
        self.number = number
        self.chosenIncarnation = incarnation ?? -1
        self.health = health
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }

    /// The number that the instance's process chose, 0 or more; nil when it chose none.
    public var incarnation: Int64? {
        get { self.chosenIncarnation < 0 ? nil : self.chosenIncarnation }
        set { self.chosenIncarnation = newValue ?? -1 }
    }

    /// What callers are given by default: status `UP` and health `UP`.
    public var isAvailable: Bool { self.spec.status == .up && self.health.state == .up }
}

/// The highest incarnation of an instance that is gone, kept for a while so that an older one cannot come back.
public struct Tombstone: Sendable, Hashable {
    public let id: String
    /// The key of its row.
    public var number: Int64
    public var incarnation: Int64
    public var cause: Cause
    public var actor: String
    /// From then on it may be forgotten.
    public var until: Timestamp
    public var revision: Revision

    public init(
        id: String, number: Int64, incarnation: Int64, cause: Cause, actor: String, until: Timestamp, revision: Revision
    ) {
        self.id = id
        self.number = number
        self.incarnation = incarnation
        self.cause = cause
        self.actor = actor
        self.until = until
        self.revision = revision
    }
}

/// The record of a service; it is one whatever versions its instances have, and it outlives its last instance for a while.
public struct Service: Sendable, Hashable {
    public let key: ServiceKey
    /// The key of its row, given out once.
    public var number: Int64
    public var type: String
    public var metadata: Metadata
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// The commit that last touched it or one of its instances: the revision of the service.
    public var revision: Revision
    /// Since when it has had no instance; nil while it has one.
    public var emptySince: Timestamp?

    public init(
        key: ServiceKey, number: Int64, type: String = "", metadata: Metadata = [:], createdAt: Timestamp,
        updatedAt: Timestamp, revision: Revision, emptySince: Timestamp? = nil
    ) {
        self.key = key
        self.number = number
        self.type = type
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
        self.emptySince = emptySince
    }
}
