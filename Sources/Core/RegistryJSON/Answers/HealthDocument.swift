public import RegistryModel

/// One check of an instance, as `…/health` answers it.
public struct CheckDocument: Sendable, Hashable {
    public var name: String
    public var kind: HealthCheck.Kind
    public var status: HealthState
    /// Since when it has had this status; nil until it has one.
    public var since: Timestamp?
    public var lastCheck: Timestamp?
    /// What was seen last, in a sentence; may be empty.
    public var detail: String
    /// In a row, up to now; nil for a check that is not counted: the owner's own.
    public var failures: Int?
    public var successes: Int?

    public init(
        name: String, kind: HealthCheck.Kind, status: HealthState, since: Timestamp? = nil,
        lastCheck: Timestamp? = nil, detail: String = "", failures: Int? = nil, successes: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.status = status
        self.since = since
        self.lastCheck = lastCheck
        self.detail = detail
        self.failures = failures
        self.successes = successes
    }
}

/// An instance's health as `…/health` answers it.
public struct HealthDocument: Sendable, Hashable {
    public var key: InstanceKey
    public var state: HealthState
    /// What brought it there, as `Cause` spells it, or as a newer server does.
    public var cause: String
    /// Since when it has been so.
    public var since: Timestamp?
    /// Why it is DOWN, in a sentence; empty while it is not.
    public var error: String
    /// DOWN, but together with so many others that the registry may be the one that is cut off.
    public var isSuspect: Bool
    /// The last beat or check; nil when there has been none since this node started.
    public var lastCheck: Timestamp?
    /// When any of this was last changed; nil when unknown.
    public var updatedAt: Timestamp?
    /// What the instance reported last, if it did.
    public var details: HealthDetails?
    public var load: LoadReport?
    public var metadata: Metadata?
    /// Each of its checks; nil where they are not said.
    public var checks: [CheckDocument]?

    public init(
        key: InstanceKey, state: HealthState, cause: String, since: Timestamp? = nil, error: String = "",
        isSuspect: Bool = false, lastCheck: Timestamp? = nil, updatedAt: Timestamp? = nil,
        details: HealthDetails? = nil, load: LoadReport? = nil, metadata: Metadata? = nil,
        checks: [CheckDocument]? = nil
    ) {
        self.key = key
        self.state = state
        self.cause = cause
        self.since = since
        self.error = error
        self.isSuspect = isSuspect
        self.lastCheck = lastCheck
        self.updatedAt = updatedAt
        self.details = details
        self.load = load
        self.metadata = metadata
        self.checks = checks
    }

    /// - Parameter health: what is committed; the rest moves without a commit.
    public init(
        key: InstanceKey, health: Health, lastCheck: Timestamp? = nil, updatedAt: Timestamp? = nil,
        details: HealthDetails? = nil, load: LoadReport? = nil, metadata: Metadata? = nil,
        checks: [CheckDocument]? = nil
    ) {
        self.init(
            key: key, state: health.state, cause: health.cause.description, since: health.since, error: health.error,
            isSuspect: health.isSuspect, lastCheck: lastCheck, updatedAt: updatedAt ?? health.since, details: details,
            load: load, metadata: metadata, checks: checks)
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
