public import RegistryModel

/// A wish to change the catalogue, from a client or from the registry's own liveness.
public enum Command: Sendable {
    case register(Registration)
    /// `ifMatch`: only if the instance is still at this revision.
    case update(InstanceKey, InstancePatch, ifMatch: Revision?)
    case deregister(InstanceKey, incarnation: Int64?)
    /// It is about to leave: callers are to stop using it. One that is DRAINING already stays as it is.
    case drain(InstanceKey, incarnation: Int64?)
    /// It is not about to leave after all.
    case undrain(InstanceKey, incarnation: Int64?)
    /// A renewal that has to commit something: the instance was DOWN, or says how it is.
    case renew(InstanceKey, status: HealthState?, incarnation: Int64?)
    case updateService(ServiceKey, ServicePatch, ifMatch: Revision?)
    case deleteService(ServiceKey, ifMatch: Revision?)
    /// An operator decides on an instance or a service, in place of an earlier decision.
    case putOverride(OverrideKey, OverrideRequest)
    case liftOverride(OverrideKey)
    /// Liveness: its heartbeats stayed out. Void unless `number` is still its number.
    case expire(InstanceKey, number: Int64)
    /// Liveness: it was DOWN for long enough. Void unless `number` is still its number and it is still DOWN.
    case purge(InstanceKey, number: Int64)
    /// Health: a check or a report that the registry has judged. Void unless `number` is still its number.
    case observe(InstanceKey, number: Int64, Judgement)
    /// Protection: an operator takes what is silent for gone.
    case liftProtection(ServiceKey)
    /// The doubt about the service may be over, or have more to flag, or its record may not tell of all that was committed. Void if it is as
    /// it should be.
    case reviewService(ServiceKey)
    case subscription(SubscriptionCommand)
    /// Housekeeping: the service has been empty for long enough, or the tombstone is old enough.
    case purgeService(ServiceKey)
    case purgeTombstone(InstanceKey)
    /// Housekeeping: the decision ran out, or what it is about was gone for long enough.
    case purgeOverride(OverrideKey)
}

/// What the registry's own observation of an instance comes to.
public struct Judgement: Sendable, Hashable {
    /// What speaks against it, or does not any more: `probe` or `resource`.
    public var fault: HealthFaults
    /// Why it does, in a sentence; nil: it does not.
    public var error: String?
    /// What was seen, for the history.
    public var detail: String

    public init(_ fault: HealthFaults, error: String?, detail: String = "") {
        self.fault = fault
        self.error = error
        self.detail = detail
    }
}

/// What a command did.
public struct CommandResult: Sendable {
    /// The revision of the commit, or of the service as it stands when nothing had to be committed.
    public var revision: Revision
    /// Whether the instance was not on the roll before.
    public var created: Bool
    /// The instance after the command; nil when it is gone, or none is meant.
    public var instance: InstanceRecord?
    /// Whether what it tells of was committed with it, as the store compared it. Else it rests on what this node shows.
    var isProven = false

    public init(revision: Revision, created: Bool = false, instance: InstanceRecord? = nil) {
        self.revision = revision
        self.created = created
        self.instance = instance
    }

    init(revision: Revision, created: Bool, instance: InstanceRecord?, isProven: Bool) {
        self.init(revision: revision, created: created, instance: instance)
        self.isProven = isProven
    }
}

extension Command {
    /// The service that it is about.
    public var service: ServiceKey {
        switch self {
        case .updateService(let key, _, _), .deleteService(let key, _), .purgeService(let key),
            .liftProtection(let key), .reviewService(let key):
            key
        case .register(let registration): registration.service
        case .subscription(let command): command.service
        case .update(let key, _, _), .deregister(let key, _), .renew(let key, _, _), .expire(let key, _),
            .purge(let key, _), .observe(let key, _, _), .purgeTombstone(let key), .drain(let key, _),
            .undrain(let key, _):
            key.service
        case .putOverride(let key, _), .liftOverride(let key), .purgeOverride(let key): key.service
        }
    }

    /// The instance that it is about; nil when it is about the service itself.
    public var instanceID: String? {
        switch self {
        case .updateService, .deleteService, .purgeService, .liftProtection, .reviewService, .subscription:
            nil
        case .register(let registration): registration.instanceID
        case .update(let key, _, _), .deregister(let key, _), .renew(let key, _, _), .expire(let key, _),
            .purge(let key, _), .observe(let key, _, _), .purgeTombstone(let key), .drain(let key, _),
            .undrain(let key, _):
            key.id
        case .putOverride(let key, _), .liftOverride(let key), .purgeOverride(let key): key.instance
        }
    }

    /// The instance that it is about; nil when it is about the service itself.
    var instanceKey: InstanceKey? { self.instanceID.map { InstanceKey(service: self.service, id: $0) } }

    /// Whether it says something of its service, so that its answer rests on what the group writes of that.
    var concernsService: Bool {
        if case .subscription = self { false } else { true }
    }

    /// What is wrong with it by itself, whatever the state: told before it takes anybody's time.
    var fault: RegistryError? {
        switch self {
        case .register(let registration):
            let fields = registration.validate()
            return fields.isEmpty ? registration.spec.unsupportedChecks(prefix: "instance.") : .invalid(fields)
        case .putOverride(_, let request):
            let fields = request.validate()
            return fields.isEmpty ? nil : .invalid(fields)
        case .subscription(let command): return command.fault
        default: return nil
        }
    }

    /// What a registry that is set up in this way does not take, though the model allows it.
    func fault(under settings: CatalogSettings) -> RegistryError? {
        guard case .register(let registration) = self else { return nil }
        let fields = settings.faults(ofTimesToLiveIn: registration.spec, prefix: "instance.")
        return fields.isEmpty ? nil : .invalid(fields)
    }
}
