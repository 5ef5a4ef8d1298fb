/// Why something in the catalogue changed.
public enum Cause: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The instance's owner registered it, for the first time or with other content.
    case register = 1
    /// The owner or an operator changed some of its fields.
    case update = 2
    /// The owner took it off the roll.
    case deregister = 3
    /// Its heartbeats stayed out for longer than its ttl.
    case expire = 4
    /// It answered again after it had been DOWN.
    case recover = 5
    /// Its owner reported its health.
    case report = 6
    /// It was DOWN for longer than `deregister_after` and was removed.
    case purge = 7
    /// The fields of the service itself were changed.
    case updateService = 8
    /// The service was deleted by request.
    case deleteService = 9
    /// The service was empty for longer than `registry.empty_service_retention` and was removed.
    case purgeService = 10

    public var description: String {
        switch self {
        case .register: "register"
        case .update: "update"
        case .deregister: "deregister"
        case .expire: "expire"
        case .recover: "recover"
        case .report: "report"
        case .purge: "purge"
        case .updateService: "update_service"
        case .deleteService: "delete_service"
        case .purgeService: "purge_service"
        }
    }

    /// Reads the spelling of an answer; nil for anything else.
    public init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.description == text }) else { return nil }
        self = match
    }
}

/// One recorded difference, with its cause and who caused it: a record of the history.
public struct Change: Sendable, Hashable {
    /// The commit that it belongs to.
    public var revision: Revision
    public var time: Timestamp
    public var service: ServiceKey
    /// The instance's id; empty when the service itself changed.
    public var instance: String
    public var cause: Cause
    /// Who caused it: the name or address of a client, or `registry`.
    public var actor: String
    /// The instance's health after the change; nil when the instance or the service is gone, or no instance is meant.
    public var health: HealthState?
    /// The instance's status after the change; nil when the instance or the service is gone, or no instance is meant.
    public var status: InstanceStatus?
    /// What a person should know of it, in a sentence; may be empty.
    public var detail: String

    public init(
        revision: Revision, time: Timestamp, service: ServiceKey, instance: String, cause: Cause, actor: String,
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

    /// The actor of what the registry does by itself.
    public static let registryActor = "registry"
}
