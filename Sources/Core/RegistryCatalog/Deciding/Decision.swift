import RegistryModel

/// What a command comes to, before anything is committed.
enum Decision {
    case refused(RegistryError)
    /// It holds once these writes of the group are committed; none: it holds already.
    case accepted(writes: [Int], created: Bool)
}

/// Decides the commands of one group, one after another. Performs no I/O and reads no clock.
struct Decider {
    let settings: CatalogSettings
    var draft: Draft
    /// Instances whose owner was heard: their leases are to be renewed once the group is through.
    private(set) var renewed: Set<InstanceKey> = []

    init(settings: CatalogSettings, time: Timestamp) {
        self.settings = settings
        self.draft = Draft(time: time)
    }

    /// - Parameter again: it met a conflict before, and part of it may be committed: it writes even what is there already.
    mutating func decide(_ command: Command, actor: String, again: Bool, _ state: inout CatalogState) -> Decision {
        switch command {
        case .register(let registration):
            self.register(registration, actor: actor, again: again, &state)
        case .update(let key, let patch, let ifMatch):
            self.update(key, patch, ifMatch: ifMatch, actor: actor, again: again, state)
        case .deregister(let key, let incarnation):
            self.deregister(key, incarnation: incarnation, actor: actor, &state)
        case .renew(let key, let status, let incarnation):
            self.renew(key, status: status, incarnation: incarnation, actor: actor, state)
        case .expire(let key, let number):
            self.expire(key, number: number, state)
        case .purge(let key, let number):
            self.purge(key, number: number, &state)
        case .updateService(let key, let patch, let ifMatch):
            self.updateService(key, patch, ifMatch: ifMatch, actor: actor, again: again, state)
        case .deleteService(let key, let ifMatch):
            self.deleteService(key, ifMatch: ifMatch, actor: actor, state)
        case .purgeService(let key):
            self.purgeService(key, state)
        case .purgeTombstone(let key):
            self.purgeTombstone(key, state)
        }
    }

    // MARK: Shared by the commands

    var time: Timestamp { self.draft.time }

    mutating func noteRenewal(_ key: InstanceKey) { self.renewed.insert(key) }

    /// Nothing needs to be committed; but what an earlier command of the group wrote has to hold.
    func unchanged(_ key: InstanceKey) -> Decision { .accepted(writes: self.draft.writes(touching: key), created: false) }

    /// Records what happened to an instance, as it is now in the draft, and waits for it.
    mutating func committed(
        _ key: InstanceKey, _ cause: Cause, actor: String, detail: String, created: Bool = false, _ state: CatalogState
    ) -> Decision {
        let instance = self.draft.instance(key, state)
        self.draft.record(
            Change(
                revision: .zero, time: self.time, service: key.service, instance: key.id, cause: cause, actor: actor,
                health: instance?.health.state, status: instance?.spec.status, detail: detail))
        return .accepted(writes: self.draft.writes(touching: key), created: created)
    }

    /// The fence of P10: a request of an earlier incarnation than the instance's changes nothing.
    func fence(_ key: InstanceKey, _ given: Int64?, against highest: Int64?) -> RegistryError? {
        guard let given, let highest, given < highest else { return nil }
        return RegistryError(
            .staleIncarnation,
            "Incarnation \(given) of \(key) was replaced by \(highest); a process that was replaced has to stop.")
    }

    func checkMatch(_ ifMatch: Revision?, _ current: Revision, isPending: Bool, of what: String) -> RegistryError? {
        guard let ifMatch, ifMatch != current || isPending else { return nil }
        return RegistryError(
            .preconditionFailed, "\(what) is not at revision \(ifMatch) any more; read it again, then decide again.")
    }
}
