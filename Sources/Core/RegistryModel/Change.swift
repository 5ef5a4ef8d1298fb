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
    /// Its checks passed or failed.
    case probe = 11
    /// What it reports of its resources went over the thresholds, or back.
    case resource = 12
    /// An operator decided on its status or weight, or on those of its service.
    case override = 13
    /// Such a decision was lifted, or ran out.
    case liftOverride = 14
    /// A later process has registered its host and port under another name.
    case superseded = 15
    /// It would be DOWN together with so many others that the registry doubts what it sees: it is suspect.
    case protect = 16
    /// The doubt is over: what is still silent is DOWN.
    case endProtection = 17
    /// It is about to leave: callers are to stop using it.
    case drain = 18
    /// It was STARTING, and its checks passed or its owner says that it is ready.
    case ready = 19

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
        case .probe: "probe"
        case .resource: "resource"
        case .override: "override"
        case .liftOverride: "lift_override"
        case .superseded: "superseded"
        case .protect: "protect"
        case .endProtection: "end_protection"
        case .drain: "drain"
        case .ready: "ready"
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
