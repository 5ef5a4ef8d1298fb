/// What an operator's decision is about: one instance, or a whole service.
public struct OverrideKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let service: ServiceKey
    /// The instance's id; nil: the service.
    public let instance: String?

    public init(service: ServiceKey, instance: String? = nil) {
        self.service = service
        self.instance = instance
    }

    public init(_ key: InstanceKey) { self.init(service: key.service, instance: key.id) }

    /// `namespace/service/id`, or `namespace/service`.
    public var description: String { self.instance.map { "\(self.service)/\($0)" } ?? "\(self.service)" }

    /// A service's own comes before those of its instances.
    public static func < (left: OverrideKey, right: OverrideKey) -> Bool {
        left.service == right.service
            ? (left.instance ?? "") < (right.instance ?? "") : left.service < right.service
    }
}

/// An operator's decision on the status and weight of an instance or of all instances of a service. It is a record of its own: it
/// outlives restart, re-registration and deregistration until it is lifted, runs out, or has had nothing to decide on for 7 days.
public struct Override: Sendable, Hashable {
    /// The key of its row, given out once.
    public var number: Int64
    public var revision: Revision
    /// Nil: the owner's.
    public var status: InstanceStatus?
    /// Nil: the owner's.
    public var weight: UInt16?
    /// Why, in the operator's words; may be empty.
    public var reason: String
    /// Who decided.
    public var actor: String
    public var createdAt: Timestamp
    /// When it runs out; nil: never.
    public var expiresAt: Timestamp?
    /// Since when its instance, or service, is not there; nil while it is.
    public var absentSince: Timestamp?

    public init(
        number: Int64, revision: Revision = .zero, status: InstanceStatus?, weight: UInt16?, reason: String = "",
        actor: String, createdAt: Timestamp, expiresAt: Timestamp? = nil, absentSince: Timestamp? = nil
    ) {
        self.number = number
        self.revision = revision
        self.status = status
        self.weight = weight
        self.reason = reason
        self.actor = actor
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.absentSince = absentSince
    }
}

/// The decisions that an instance stands under. Its own counts before its service's, field by field.
public struct AppliedOverrides: Sendable, Hashable {
    public var instance: Override?
    public var service: Override?

    /// Nil when there is neither.
    public init?(instance: Override?, service: Override?) {
        if instance == nil, service == nil { return nil }
        self.instance = instance
        self.service = service
    }

    public var status: InstanceStatus? { self.instance?.status ?? self.service?.status }
    public var weight: UInt16? { self.instance?.weight ?? self.service?.weight }
    public var revision: Revision { max(self.instance?.revision ?? .zero, self.service?.revision ?? .zero) }
}
