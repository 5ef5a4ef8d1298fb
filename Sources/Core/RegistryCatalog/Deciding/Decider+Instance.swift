import RegistryModel

extension Decider {
    /// Changes some of an instance's fields. `ifMatch` is the instance's own revision.
    mutating func update(
        _ key: InstanceKey, _ patch: InstancePatch, ifMatch: Revision?, actor: String, again: Bool, _ state: CatalogState
    ) -> Decision {
        guard let current = self.draft.instance(key, state) else { return .refused(self.unknown(key, state)) }
        if let error = self.fence(key, patch.incarnation, against: current.incarnation) { return .refused(error) }
        let isPending = self.draft.instances[key] != nil
        if let error = self.checkMatch(ifMatch, current.revision, isPending: isPending, of: "Instance \(key)") {
            return .refused(error)
        }
        let spec = patch.applied(to: current.spec)
        var check = FieldCheck()
        check.spec(spec, prefix: "")
        if !check.errors.isEmpty { return .refused(.invalid(check.errors)) }
        if let error = Self.fault(inChecks: spec.checks, prefix: "") { return .refused(error) }
        guard spec != current.spec || again else { return self.unchanged(key) }

        var updated = current
        updated.spec = spec
        updated.updatedAt = self.time
        self.draft.put(updated, at: key, state)
        let fields = Self.differences(between: current.spec, and: spec).joined(separator: ", ")
        return self.committed(key, .update, actor: actor, detail: fields, state)
    }

    /// The names of the fields that a patch changed, as clients spell them.
    private static func differences(between old: InstanceSpec, and new: InstanceSpec) -> [String] {
        [
            ("status", old.status != new.status), ("weight", old.weight != new.weight), ("tags", old.tags != new.tags),
            ("metadata", old.metadata != new.metadata), ("version", old.version != new.version),
            ("ttl", old.ttl != new.ttl), ("checks", old.checks != new.checks),
            ("locality", old.locality != new.locality), ("ports", old.ports != new.ports),
            ("deregister_after", old.deregisterAfter != new.deregisterAfter),
        ].filter(\.1).map(\.0)
    }

    /// Takes an instance off the roll at its owner's wish.
    mutating func deregister(
        _ key: InstanceKey, incarnation: Int64?, actor: String, _ state: inout CatalogState
    ) -> Decision {
        guard let current = self.draft.instance(key, state) else {
            if let error = self.fence(key, incarnation, against: self.draft.tombstone(key, state)?.incarnation) {
                return .refused(error)
            }
            return .refused(self.unknown(key, state))
        }
        if let error = self.fence(key, incarnation, against: current.incarnation) { return .refused(error) }
        let highest = [current.incarnation, incarnation].compactMap { $0 }.max()
        return self.remove(current, key, cause: .deregister, actor: actor, highest: highest, detail: "", &state)
    }

    /// A renewal that memory alone cannot take: it revives the instance, or says how it is.
    mutating func renew(
        _ key: InstanceKey, status: HealthState?, incarnation: Int64?, actor: String, _ state: CatalogState
    ) -> Decision {
        guard let current = self.draft.instance(key, state) else {
            if let error = self.fence(key, incarnation, against: self.draft.tombstone(key, state)?.incarnation) {
                return .refused(error)
            }
            return .refused(self.unknown(key, state))
        }
        if let error = self.fence(key, incarnation, against: current.incarnation) { return .refused(error) }
        // A later incarnation than the one on the roll has to register before it can beat.
        if let incarnation, incarnation > current.incarnation ?? -1 { return .refused(.unknownInstance(key)) }

        self.noteRenewal(key)
        let health: Health
        switch (status, current.health.state, current.health.cause) {
        case (.down, .down, .report), (.up, .up, _), (nil, .up, _), (nil, .unknown, _), (nil, .down, .report), (.unknown, _, _):
            return self.unchanged(key)
        case (.down, _, _):
            health = Health(state: .down, cause: .report, since: self.time, error: "Its owner reports it DOWN.")
        case (.up, _, .report):
            health = Health(state: .up, cause: .report, since: self.time)
        case (.up, _, _), (nil, .down, _):
            health = Health(state: .up, cause: .recover, since: self.time)
        }
        var updated = current
        updated.health = health
        self.draft.put(updated, at: key, state)
        let detail = health.cause == .recover ? "heard again" : "reported \(health.state)"
        return self.committed(key, health.cause, actor: actor, detail: detail, state)
    }

    /// Removes an instance, and remembers its highest incarnation so that an earlier one cannot come back.
    mutating func remove(
        _ current: Instance, _ key: InstanceKey, cause: Cause, actor: String, highest: Int64?, detail: String,
        _ state: inout CatalogState
    ) -> Decision {
        let keep = Obligation(of: current.spec, settings: self.settings).deregisterAfter ?? .zero
        let tombstone = highest.map { highest in
            Tombstone(
                id: key.id, number: self.draft.tombstones[key]?.committed?.number ?? state.takeNumber(),
                incarnation: highest, cause: cause, actor: actor,
                until: self.time.advanced(by: max(keep, CatalogSettings.tombstoneLifetime)), revision: .zero)
        }
        self.draft.put(nil as Instance?, at: key, state)
        if let tombstone { self.draft.put(tombstone, at: key, state) }
        let decision = self.committed(key, cause, actor: actor, detail: detail, state)
        guard case .accepted(var writes, let created) = decision else { return decision }
        if let pending = self.draft.tombstones[key] { writes.append(pending.write) }
        return .accepted(writes: writes, created: created)
    }

    func unknown(_ key: InstanceKey, _ state: CatalogState) -> RegistryError {
        self.draft.service(key.service, state) == nil ? .unknownService(key.service) : .unknownInstance(key)
    }
}
