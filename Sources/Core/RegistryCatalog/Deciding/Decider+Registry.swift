import RegistryModel

/// What the registry itself decides: liveness and housekeeping. Each is void when the state has moved on since it was asked.
extension Decider {
    /// Marks an instance DOWN whose heartbeats stayed out.
    mutating func expire(_ key: InstanceKey, number: Int64, _ state: CatalogState) {
        guard let current = self.overdue(key, number: number, .expiry, state),
            case .heartbeat(let ttl) = Obligation(of: current.spec, settings: self.settings).kind
        else { return }
        var updated = current
        let error = "No heartbeat for \(ttl)."
        guard let health = current.health.adding(.silence, cause: .expire, error: error, at: self.time) else { return }
        updated.health = health
        self.draft.put(updated, at: key, state)
        self.draft.rest(onSilenceOf: key, state)
        self.record(key, .expire, actor: Change.registryActor, detail: "no heartbeat for \(ttl)", state)
    }

    /// Removes an instance that was DOWN for `deregister_after`.
    mutating func purge(_ key: InstanceKey, number: Int64, _ state: inout CatalogState) {
        guard let current = self.overdue(key, number: number, .removal, state), current.health.state == .down,
            !current.health.isSuspect
        else { return }
        let keep = Obligation(of: current.spec, settings: self.settings).deregisterAfter ?? .zero
        self.remove(
            current, key, cause: .purge, actor: Change.registryActor, highest: current.incarnation,
            detail: "DOWN for \(keep)", &state)
        self.draft.rest(onSilenceOf: key, state)
    }

    /// Takes over what the registry's own checks, or its judgement of an instance's resources, come to.
    mutating func observe(_ key: InstanceKey, number: Int64, _ judgement: Judgement, _ state: CatalogState) {
        guard let current = self.draft.instance(key, state), current.number == number else { return }
        let cause: Cause = judgement.fault.contains(.resource) ? .resource : .probe
        var updated = current
        if let error = judgement.error {
            guard let health = current.health.adding(judgement.fault, cause: cause, error: error, at: self.time) else {
                return
            }
            updated.health = health
        } else {
            let cleared = judgement.fault.contains(.probe) ? judgement.fault.union(.unchecked) : judgement.fault
            let health = current.health.removing(cleared, cause: cause, at: self.time)
            if let health { updated.health = health }
            if cleared.contains(.unchecked), updated.health.state == .up, updated.spec.status == .starting {
                Self.endStarting(&updated, at: self.time)
            }
            guard health != nil || updated.spec.status != current.spec.status else { return }
        }
        self.draft.put(updated, at: key, state)
        let isReady = updated.spec.status != current.spec.status
        self.record(
            key, isReady ? .ready : cause, actor: Change.registryActor, detail: judgement.detail, state)
    }

    /// It is discovered from now on, and warms up from now on.
    static func endStarting(_ instance: inout Instance, at time: Timestamp) {
        instance.spec.status = .up
        instance.updatedAt = time
        if instance.health.state == .up { instance.health = Health(state: .up, cause: .ready, since: time) }
    }

    /// The instance, if it is still the one whose lease ran out, and nobody has heard of it since.
    private mutating func overdue(
        _ key: InstanceKey, number: Int64, _ purpose: Lease.Purpose, _ state: CatalogState
    ) -> Instance? {
        guard !self.draft.isWritten(key, state), !self.renewed.contains(key), let record = state.instance(key),
            record.instance.number == number, let lease = record.lease, lease.terms.purpose == purpose, lease.isClaimed
        else { return nil }
        return record.instance
    }

    /// Forgets a service that has been empty for long enough.
    mutating func purgeService(_ key: ServiceKey, _ state: CatalogState) {
        guard !self.draft.isWritten(key, state), let since = state.entry(of: key)?.service.emptySince,
            self.time.since(since) >= self.settings.emptyServiceRetention
        else { return }
        self.draft.put(nil as Service?, at: key, state)
        self.record(
            key, .purgeService, actor: Change.registryActor,
            detail: "empty for \(self.settings.emptyServiceRetention)", state)
        self.note(isThere: false, OverrideKey(service: key), state)
    }

    /// Forgets the incarnation of an instance that is gone for long enough.
    mutating func purgeTombstone(_ key: InstanceKey, _ state: CatalogState) {
        guard !self.draft.isTombstoneWritten(key, state), let tombstone = state.tombstones[key],
            tombstone.until <= self.time
        else { return }
        self.draft.put(nil as Tombstone?, at: key, state)
    }
}
