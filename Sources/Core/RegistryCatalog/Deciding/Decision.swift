import RegistryModel

/// What a command comes to, before anything is committed.
struct Decision {
    /// Whether the command brings an instance onto the roll, or why it is refused.
    var result: Result<Bool, RegistryError>
    /// The writes of the group that this rests on: the command's own, and those of earlier commands on the same records.
    var awaited: AwaitedWrites
    /// Instances of others that it removes: to be looked at again if it has to be decided again.
    var ghosts: [InstanceKey]
    /// It would rest on what this group has yet to commit: it is to be decided again after that.
    var isPremature = false
}

/// Decides the commands of one group, one after another. Performs no I/O and reads no clock.
struct Decider {
    let settings: CatalogSettings
    /// What is known of this node's own network.
    let network: NetworkEvidence
    var draft: Draft
    /// Instances whose owner was heard: their leases are to be renewed once the group is through.
    private(set) var renewed: Set<InstanceKey> = []
    /// Writes beside those of its own service and instance that the command at hand rests on.
    private var beside: [Int] = []
    /// Instances of others that the command at hand removes.
    var ghosts: [InstanceKey] = []
    /// Whether the command at hand has to wait for what this group commits.
    var isPremature = false
    /// Instances on which commands wait for the next group; later ones on the same do so too, and stay in order.
    private var putOff: Set<InstanceKey>
    /// What became of the command at hand before.
    private(set) var earlier: EarlierTry?

    init(
        settings: CatalogSettings, time: Timestamp, network: NetworkEvidence = NetworkEvidence(),
        putOff: Set<InstanceKey> = []
    ) {
        self.settings = settings
        self.putOff = putOff
        self.network = network
        self.draft = Draft(time: time, rule: ProtectionRule(settings: settings))
    }

    /// - Parameters:
    ///   - earlier: it met a conflict before, and may be committed but for the service's record. So that is written if it does not tell of
    ///     it, even if nothing else is, and what is done already counts as done by this command.
    mutating func decide(
        _ command: Command, actor: String, after earlier: EarlierTry? = nil, _ state: inout CatalogState
    ) -> Decision {
        let (service, instanceID) = (command.service, command.instanceID)
        self.earlier = earlier
        let isDone = earlier?.isDone ?? false
        if earlier != nil, instanceID != nil || isDone { self.completeRecord(of: service, state) }
        self.beside = []
        self.ghosts = []
        self.isPremature = false
        for ghost in earlier?.ghosts ?? [] { self.finishRemoval(of: ghost, besides: service, state) }
        let result: Result<Bool, RegistryError>
        do {
            let again = earlier?.hasDone(command) ?? false
            result = .success(isDone ? false : try self.apply(command, actor: actor, again: again, &state))
            self.reviewProtection(after: command, state)
        } catch {
            result = .failure(error)
        }
        var awaited =
            command.concernsService ? self.draft.writes(touching: service, instanceID, state) : AwaitedWrites()
        awaited.others = self.beside
        if self.isPremature, let key = command.instanceKey { self.putOff.insert(key) }
        return Decision(result: result, awaited: awaited, ghosts: self.ghosts, isPremature: self.isPremature)
    }

    /// Puts into the draft what the command comes to. Returns whether it brings an instance onto the roll.
    private mutating func apply(
        _ command: Command, actor: String, again: Bool, _ state: inout CatalogState
    ) throws(RegistryError) -> Bool {
        if !self.putOff.isEmpty, let key = command.instanceKey, self.waits(for: self.putOff.contains(key)) {
            return false
        }
        switch command {
        case .register(let registration):
            return try self.register(registration, actor: actor, &state)
        case .update(let key, let patch, let ifMatch):
            try self.update(key, patch, ifMatch: ifMatch, actor: actor, again: again, state)
        case .deregister(let key, let incarnation):
            try self.deregister(key, incarnation: incarnation, actor: actor, again: again, &state)
        case .drain(let key, let incarnation):
            try self.drain(key, incarnation: incarnation, actor: actor, state)
        case .undrain(let key, let incarnation):
            try self.undrain(key, incarnation: incarnation, actor: actor, again: again, state)
        case .renew(let key, let status, let incarnation):
            try self.renew(key, status: status, incarnation: incarnation, actor: actor, state)
        case .putOverride(let key, let request):
            try self.putOverride(key, request, actor: actor, &state)
        case .liftOverride(let key):
            try self.liftOverride(key, actor: actor, state)
        case .expire(let key, let number):
            self.expire(key, number: number, state)
        case .purge(let key, let number):
            self.purge(key, number: number, &state)
        case .observe(let key, let number, let judgement):
            self.observe(key, number: number, judgement, state)
        case .liftProtection(let key):
            try self.liftProtection(of: key, actor: actor, again: again, state)
        case .reviewService(let key): self.completeRecord(of: key, state)
        case .subscription(let command):
            try self.change(command, again: again, &state)
        case .updateService(let key, let patch, let ifMatch):
            try self.updateService(key, patch, ifMatch: ifMatch, actor: actor, state)
        case .deleteService(let key, let ifMatch):
            try self.deleteService(key, ifMatch: ifMatch, actor: actor, state)
        case .purgeService(let key):
            self.purgeService(key, state)
        case .purgeTombstone(let key):
            self.purgeTombstone(key, state)
        case .purgeOverride(let key):
            self.purgeOverride(key, state)
        }
        return false
    }

    // MARK: Shared by the commands

    /// Whether the command at hand comes to nothing yet, because it would rest on what this group has still to commit. Where nodes share the
    /// store, what comes and goes within a group is compared with nothing that is stored: whoever asked for it could not be told
    /// that it was done.
    mutating func waits(for isPending: Bool) -> Bool {
        self.isPremature = self.settings.isShared && isPending
        return self.isPremature
    }

    /// Rewrites a service's record if it does not tell of what an earlier try committed.
    mutating func completeRecord(of key: ServiceKey, _ state: CatalogState) {
        guard let entry = state.entry(of: key), entry.isBehind || entry.recordRevision < self.earlier?.reached ?? .zero
        else { return }
        self.draft.touch(key, state)
    }

    var time: Timestamp { self.draft.time }

    /// The answer to the command at hand has to wait for this write as well; nil: for none.
    mutating func await(_ write: Int?) {
        if let write { self.beside.append(write) }
    }

    mutating func await(_ writes: AwaitedWrites) { self.beside += writes.all }

    mutating func noteRenewal(_ key: InstanceKey) { self.renewed.insert(key) }

    /// Records what happened to an instance, as it is now in the draft.
    mutating func record(_ key: InstanceKey, _ cause: Cause, actor: String, detail: String, _ state: CatalogState) {
        let instance = self.draft.instance(key, state)
        let status = instance.map { self.status(of: $0, key, state) }
        self.draft.record(
            Change(
                revision: .zero, time: self.time, service: key.service, instance: key.id, cause: cause, actor: actor,
                health: instance?.health.state, status: status, detail: detail),
            state)
    }

    /// Records what happened to a service itself.
    mutating func record(_ key: ServiceKey, _ cause: Cause, actor: String, detail: String, _ state: CatalogState) {
        self.draft.record(
            Change(
                revision: .zero, time: self.time, service: key, instance: "", cause: cause, actor: actor,
                detail: detail),
            state)
    }

    /// The fence of P10: a request of an earlier incarnation than the instance's changes nothing.
    func fence(_ key: InstanceKey, _ given: Int64?, against highest: Int64?) throws(RegistryError) {
        guard let given, let highest, given < highest else { return }
        throw RegistryError(
            .staleIncarnation,
            "Incarnation \(given) of \(key) was replaced by \(highest); a process that was replaced has to stop.")
    }

    func checkMatch(
        _ ifMatch: Revision?, _ current: Revision, isPending: Bool, of what: @autoclosure () -> String
    ) throws(RegistryError) {
        guard let ifMatch, ifMatch != current || isPending else { return }
        throw RegistryError(
            .preconditionFailed,
            "\(what()) is not at revision \(ifMatch) any more; read it again, then decide again.")
    }

    mutating func unknown(_ key: InstanceKey, _ state: CatalogState) -> RegistryError {
        !self.draft.hasService(key.service, state) ? .unknownService(key.service) : .unknownInstance(key)
    }
}
