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
    /// What operators decided on it and on its service; nil, as almost always, when they decided nothing. Kept in records of its own,
    /// and put here by whoever holds those: a store neither writes nor reads it.
    private var decided: Shared<AppliedOverrides>?

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

    /// What operators decided on it and on its service; nil when they decided nothing.
    public var overrides: AppliedOverrides? { self.decided?.value }

    /// Puts what operators decided on it. Equal decisions on many instances share one storage if `sibling` has it already.
    public mutating func apply(_ overrides: AppliedOverrides?, sharedWith sibling: Instance? = nil) {
        if let shared = sibling?.decided, shared.value == overrides {
            self.decided = shared
        } else {
            self.decided = overrides.map { Shared($0) }
        }
    }

    /// The status that counts: the operator's, else the owner's.
    public var status: InstanceStatus { self.decided?.value.status ?? self.spec.status }

    /// The weight that counts: the operator's, else the owner's.
    public var weight: UInt16 { self.decided?.value.weight ?? self.spec.weight }

    /// Whether an operator keeps callers from it, whatever its owner says.
    public var isWithheld: Bool { self.decided?.value.status.map { $0 != .up } ?? false }

    /// The newest commit that shows in it: its own, or that of a decision on it.
    public var shownRevision: Revision { max(self.revision, self.decided?.value.revision ?? .zero) }

    /// What callers are given by default: effective status `UP` and health `UP`.
    public var isAvailable: Bool { self.status == .up && self.health.state == .up }

    /// Listed to callers by default after the available ones, with a flag: effective status `UP`, and DOWN only by a doubtful observation.
    public var isSuspect: Bool { self.health.isSuspect && self.status == .up }
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
    /// Whether the registry doubts that its instances are DOWN; nil while it does not.
    public var protection: Protection?

    public init(
        key: ServiceKey, number: Int64, type: String = "", metadata: Metadata = [:], createdAt: Timestamp,
        updatedAt: Timestamp, revision: Revision, emptySince: Timestamp? = nil, protection: Protection? = nil
    ) {
        self.key = key
        self.number = number
        self.type = type
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
        self.emptySince = emptySince
        self.protection = protection
    }
}
