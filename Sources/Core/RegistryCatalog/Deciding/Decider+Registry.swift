import RegistryModel

/// What the registry itself decides: liveness and housekeeping. Each is void when the state has moved on since it was asked.
extension Decider {
    /// Marks an instance DOWN whose heartbeats stayed out.
    mutating func expire(_ key: InstanceKey, number: Int64, _ state: CatalogState) -> Decision {
        guard let current = self.overdue(key, number: number, .expiry, state) else { return self.unchanged(key) }
        guard case .heartbeat(let ttl) = Obligation(of: current.spec, settings: self.settings).kind else {
            return self.unchanged(key)
        }
        var updated = current
        updated.health = Health(state: .down, cause: .expire, since: self.time, error: "No heartbeat for \(ttl).")
        self.draft.put(updated, at: key, state)
        return self.committed(
            key, .expire, actor: Change.registryActor, detail: "no heartbeat for \(ttl)", state)
    }

    /// Removes an instance that was DOWN for `deregister_after`.
    mutating func purge(_ key: InstanceKey, number: Int64, _ state: inout CatalogState) -> Decision {
        guard let current = self.overdue(key, number: number, .removal, state), current.health.state == .down else {
            return self.unchanged(key)
        }
        let keep = Obligation(of: current.spec, settings: self.settings).deregisterAfter ?? .zero
        return self.remove(
            current, key, cause: .purge, actor: Change.registryActor, highest: current.incarnation,
            detail: "DOWN for \(keep)", &state)
    }

    /// The instance, if it is still the one whose lease ran out, and nobody has heard of it since.
    private func overdue(
        _ key: InstanceKey, number: Int64, _ purpose: Lease.Purpose, _ state: CatalogState
    ) -> Instance? {
        guard self.draft.instances[key] == nil, !self.renewed.contains(key), let record = state.instance(key),
            record.instance.number == number, let lease = record.lease, lease.purpose == purpose, lease.isClaimed
        else { return nil }
        return record.instance
    }

    /// Forgets a service that has been empty for long enough.
    mutating func purgeService(_ key: ServiceKey, _ state: CatalogState) -> Decision {
        guard let service = self.draft.service(key, state), let since = service.emptySince,
            self.draft.services[key] == nil, self.time.since(since) >= self.settings.emptyServiceRetention
        else { return .accepted(writes: [], created: false) }
        return self.removeService(
            key, cause: .purgeService, actor: Change.registryActor,
            detail: "empty for \(self.settings.emptyServiceRetention)", state)
    }

    mutating func purgeTombstone(_ key: InstanceKey, _ state: CatalogState) -> Decision {
        guard let tombstone = self.draft.tombstone(key, state), tombstone.until <= self.time,
            self.draft.tombstones[key] == nil
        else { return .accepted(writes: [], created: false) }
        self.draft.put(nil as Tombstone?, at: key, state)
        return .accepted(writes: [self.draft.tombstones[key]?.write].compactMap { $0 }, created: false)
    }
}
