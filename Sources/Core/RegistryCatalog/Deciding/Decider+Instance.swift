import RegistryModel

extension Decider {
    /// Changes some of an instance's fields. `ifMatch` is the revision that the instance shows.
    mutating func update(
        _ key: InstanceKey, _ patch: InstancePatch, ifMatch: Revision?, actor: String, again: Bool,
        _ state: CatalogState
    ) throws(RegistryError) {
        let current = try self.present(key, patch.incarnation, state)
        try Self.checkIsRegistered(patch.incarnation, key, current)
        let spec = patch.applied(to: current.spec)
        if again, spec == current.spec { return }
        let isPending = self.draft.isWritten(key, state) || self.draft.isDecisionWritten(on: key, state)
        try self.checkMatch(ifMatch, current.shownRevision, isPending: isPending, of: "Instance \(key)")
        var check = FieldCheck()
        check.spec(spec, prefix: "")
        if !check.errors.isEmpty { throw .invalid(check.errors) }
        // What was taken before others shared the roll stays until it is changed.
        let faults = self.settings.faults(ofTimesToLiveIn: spec, prefix: "")
        if patch.ttl != nil || patch.checks != nil, !faults.isEmpty { throw .invalid(faults) }
        if let error = spec.unsupportedChecks(prefix: "") { throw error }
        guard spec != current.spec else { return }

        var updated = current
        updated.spec = spec
        updated.updatedAt = self.time
        updated.health = self.health(of: current, changedTo: spec)
        self.draft.put(updated, at: key, state)
        let fields = Self.differences(between: current.spec, and: spec).joined(separator: ", ")
        self.record(key, .update, actor: actor, detail: fields, state)
    }

    /// What the registry's checks say holds as long as it makes some; a check that is new has yet to say something.
    private func health(of current: Instance, changedTo spec: InstanceSpec) -> Health {
        var health = current.health
        if !Obligation(of: spec, settings: self.settings).isProbed {
            health = health.removing([.probe, .unchecked], cause: .update, at: self.time) ?? health
        }
        let isReady = current.spec.status == .starting && spec.status == .up && health.state == .up
        return isReady ? Health(state: .up, cause: .ready, since: self.time) : health
    }

    /// The names of the fields that a patch changed, as clients spell them.
    private static func differences(between old: InstanceSpec, and new: InstanceSpec) -> [String] {
        [
            ("status", old.status != new.status), ("weight", old.weight != new.weight), ("tags", old.tags != new.tags),
            ("metadata", old.metadata != new.metadata), ("version", old.version != new.version),
            ("ttl", old.ttl != new.ttl), ("checks", old.checks != new.checks),
            ("locality", old.locality != new.locality), ("ports", old.ports != new.ports),
            ("deregister_after", old.deregisterAfter != new.deregisterAfter), ("warm_up", old.warmUp != new.warmUp),
        ].filter(\.1).map(\.0)
    }

    /// Takes an instance off the roll at its owner's wish.
    mutating func deregister(
        _ key: InstanceKey, incarnation: Int64?, actor: String, again: Bool, _ state: inout CatalogState
    ) throws(RegistryError) {
        if again, self.draft.instance(key, state) == nil {
            // Gone by an earlier try of this command, or of a later incarnation, which it must not pass for.
            try self.fence(key, incarnation, against: self.draft.tombstone(key, state)?.incarnation)
            self.note(isThere: false, OverrideKey(key), state)
            return
        }
        let current = try self.present(key, incarnation, state)
        if self.waits(for: self.draft.isNew(key, state)) { return }
        let highest = [current.incarnation, incarnation].compactMap { $0 }.max()
        self.remove(current, key, cause: .deregister, actor: actor, highest: highest, detail: "", &state)
    }

    /// A renewal that memory alone cannot take: it revives the instance, or says how it is.
    mutating func renew(
        _ key: InstanceKey, status: HealthState?, incarnation: Int64?, actor: String, _ state: CatalogState
    ) throws(RegistryError) {
        let current = try self.present(key, incarnation, state)
        try Self.checkIsRegistered(incarnation, key, current)

        self.noteRenewal(key)
        guard let health = Self.health(after: current.health, reported: status, at: self.time) else {
            if status == .up, current.spec.status == .starting { self.makeReady(current, key, actor: actor, state) }
            return
        }
        var updated = current
        updated.health = health
        let isReady = status == .up && current.spec.status == .starting
        if isReady { Self.endStarting(&updated, at: self.time) }
        self.draft.put(updated, at: key, state)
        let (cause, detail): (Cause, String) =
            switch status {
            case nil: (.recover, "heard again")
            case .up where isReady: (.ready, "reported UP")
            case .up where current.health.faults.contains(.silence): (.recover, "heard again, reported UP")
            case .some(let status): (.report, "reported \(status)")
            }
        self.record(key, cause, actor: actor, detail: detail, state)
    }

    /// Ends STARTING: it is discovered from now on, and warms up.
    private mutating func makeReady(_ current: Instance, _ key: InstanceKey, actor: String, _ state: CatalogState) {
        var updated = current
        Self.endStarting(&updated, at: self.time)
        self.draft.put(updated, at: key, state)
        self.record(key, .ready, actor: actor, detail: "reported UP", state)
    }

    /// A later incarnation than the one on the roll has to register before it can beat or change anything: only a registration
    /// makes the registry remember it, and so fences off the one before.
    static func checkIsRegistered(
        _ incarnation: Int64?, _ key: InstanceKey, _ current: Instance
    ) throws(RegistryError) {
        guard let incarnation, incarnation > current.incarnation ?? -1 else { return }
        throw RegistryError(
            .unknownInstance,
            "Incarnation \(incarnation) of \(key) has not registered; "
                + "\(current.incarnation.map { "\($0)" } ?? "one without a number") is on the roll. Register it first.")
    }

    /// What a sign of life makes of an instance's health; nil when nothing changes. A reported DOWN holds until an UP.
    private static func health(after health: Health, reported: HealthState?, at time: Timestamp) -> Health? {
        switch reported {
        case .down:
            let heard = health.removing(.silence, cause: .recover, at: time)
            let error = "Its owner reports it DOWN."
            return (heard ?? health).adding(.report, cause: .report, error: error, at: time) ?? heard
        case .up:
            let cause: Cause = health.faults.contains(.silence) ? .recover : .report
            return health.removing([.silence, .report], cause: cause, at: time)
        case nil, .unknown:
            return health.removing(.silence, cause: .recover, at: time)
        }
    }

    /// The instance, if it is on the roll and the request is not of an incarnation that was replaced.
    mutating func present(
        _ key: InstanceKey, _ incarnation: Int64?, _ state: CatalogState
    ) throws(RegistryError) -> Instance {
        guard let current = self.draft.instance(key, state) else {
            try self.fence(key, incarnation, against: self.draft.tombstone(key, state)?.incarnation)
            throw self.unknown(key, state)
        }
        try self.fence(key, incarnation, against: current.incarnation)
        return current
    }

    /// Removes an instance, and remembers its highest incarnation so that an earlier one cannot come back.
    mutating func remove(
        _ current: Instance, _ key: InstanceKey, cause: Cause, actor: String, highest: Int64?, detail: String,
        _ state: inout CatalogState
    ) {
        self.draft.put(nil as Instance?, at: key, state)
        self.record(key, cause, actor: actor, detail: detail, state)
        self.note(isThere: false, OverrideKey(key), state)
        guard let highest else { return }
        let keep = Obligation(of: current.spec, settings: self.settings).deregisterAfter ?? .zero
        let tombstone = Tombstone(
            id: key.id, number: self.draft.tombstoneNumber(key, state) ?? current.number, incarnation: highest,
            cause: cause, actor: actor, until: self.time.advanced(by: max(keep, self.settings.tombstoneLifetime)),
            revision: .zero)
        self.draft.put(tombstone, at: key, state)
    }
}
