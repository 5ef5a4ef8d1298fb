public import RegistryModel

/// An instance's health as `…/health` answers it.
public struct HealthDocument: Sendable, Hashable {
    public var key: InstanceKey
    public var state: HealthState
    /// DOWN, but perhaps only the registry is cut off from it.
    public var isSuspect: Bool
    /// What brought it there, as `Cause` spells it, or as a newer server does.
    public var cause: String
    /// Since when it has been so.
    public var since: Timestamp?
    /// Why it is DOWN, in a sentence; empty while it is not.
    public var error: String
    /// The last beat or check; nil when there has been none since this node started.
    public var lastCheck: Timestamp?
    /// When any of this was last changed; nil when unknown.
    public var updatedAt: Timestamp?
    /// What the instance reported last, if it did.
    public var details: HealthDetails?
    public var load: LoadReport?
    public var metadata: Metadata?

    public init(
        key: InstanceKey, state: HealthState, cause: String, since: Timestamp? = nil, error: String = "",
        lastCheck: Timestamp? = nil, updatedAt: Timestamp? = nil, details: HealthDetails? = nil,
        load: LoadReport? = nil, metadata: Metadata? = nil, isSuspect: Bool = false
    ) {
        self.key = key
        self.isSuspect = isSuspect
        self.state = state
        self.cause = cause
        self.since = since
        self.error = error
        self.lastCheck = lastCheck
        self.updatedAt = updatedAt
        self.details = details
        self.load = load
        self.metadata = metadata
    }

    /// - Parameter health: what is committed; the rest moves without a commit.
    public init(
        key: InstanceKey, health: Health, lastCheck: Timestamp? = nil, updatedAt: Timestamp? = nil,
        details: HealthDetails? = nil, load: LoadReport? = nil, metadata: Metadata? = nil
    ) {
        self.init(
            key: key, state: health.state, cause: health.cause.description, since: health.since, error: health.error,
            lastCheck: lastCheck, updatedAt: updatedAt ?? health.since, details: details, load: load,
            metadata: metadata,
            isSuspect: health.isSuspect)
    }
}

/// The health of a service and of each of its instances.
public struct ServiceHealthDocument: Sendable, Hashable {
    public var service: ServiceKey
    public var status: ServiceStatus
    public var revision: Revision
    public var instances: [HealthDocument]

    public init(service: ServiceKey, status: ServiceStatus, revision: Revision, instances: [HealthDocument] = []) {
        self.service = service
        self.status = status
        self.revision = revision
        self.instances = instances
    }
}
