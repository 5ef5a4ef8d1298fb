public import RegistryModel

/// A `Change` as an answer shows it. Its cause is text, since a newer server may know more causes.
public struct HistoryRecord: Sendable, Hashable {
    public var revision: Revision
    public var time: Timestamp
    public var service: ServiceKey
    /// Empty when the service itself changed.
    public var instance: String
    public var cause: String
    public var actor: String
    /// After the change; nil when it is gone, or no instance is meant.
    public var health: HealthState?
    public var status: InstanceStatus?
    public var detail: String

    public init(
        revision: Revision, time: Timestamp, service: ServiceKey, instance: String = "", cause: String, actor: String,
        health: HealthState? = nil, status: InstanceStatus? = nil, detail: String = ""
    ) {
        self.revision = revision
        self.time = time
        self.service = service
        self.instance = instance
        self.cause = cause
        self.actor = actor
        self.health = health
        self.status = status
        self.detail = detail
    }

    public init(_ change: Change) {
        self.init(
            revision: change.revision, time: change.time, service: change.service, instance: change.instance,
            cause: change.cause.description, actor: change.actor, health: change.health, status: change.status,
            detail: change.detail)
    }
}
