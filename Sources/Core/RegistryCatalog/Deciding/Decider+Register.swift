import RegistryModel

extension Decider {
    /// Puts an instance on the roll, or replaces all of its owner's fields. Returns whether it is new there.
    mutating func register(
        _ registration: Registration, actor: String, _ state: inout CatalogState
    ) throws(RegistryError) -> Bool {
        let key = registration.key
        let current = self.draft.instance(key, state)
        let tombstone = current == nil ? self.draft.tombstone(key, state) : nil
        let highest = current.map(\.incarnation) ?? tombstone?.incarnation
        try self.fence(key, registration.incarnation, against: highest)
        let isNewer = current != nil && registration.incarnation.map { $0 > highest ?? -1 } == true

        let incarnation = registration.incarnation ?? highest
        if self.waits(for: self.isNewGhost(of: key, registration.spec, incarnation, state)) { return false }

        var spec = registration.spec
        if let current, current.spec.status == .draining, !registration.statesStatus, !isNewer {
            spec.status = .draining
        }
        let health = self.health(of: spec, registering: current, startsAfresh: isNewer)
        self.noteRenewal(key)
        let isSame = current?.spec == spec && current?.incarnation == incarnation
        if isSame, let current, current.health == health {
            self.arrive(key, current, actor: actor, &state)
            return false
        }

        self.createServiceIfNeeded(registration, &state)
        let number = self.number(for: key, current, isNewer: isNewer, &state)
        let instance = Instance(
            id: key.id, spec: spec, number: number, incarnation: incarnation, health: health,
            createdAt: current?.createdAt ?? self.time, updatedAt: self.time, revision: .zero)
        if tombstone != nil { self.draft.put(nil as Tombstone?, at: key, state) }
        self.draft.put(instance, at: key, state)
        self.record(
            key, isSame ? .recover : .register, actor: actor, detail: isSame ? "registered again" : spec.address, state)
        self.arrive(key, instance, actor: actor, &state)
        return current == nil
    }

    /// Where nodes tell each other of beats by number, those of an earlier process must not count for a later one.
    private mutating func number(
        for key: InstanceKey, _ current: Instance?, isNewer: Bool, _ state: inout CatalogState
    ) -> Int64 {
        if self.settings.isShared { return (isNewer ? nil : current?.number) ?? state.takeNumber() }
        return current?.number ?? self.draft.number(of: key, state) ?? state.takeNumber()
    }

    /// What its being there does to others' records: also after a conflict, when it is there already and they are not as they should be.
    private mutating func arrive(_ key: InstanceKey, _ instance: Instance, actor: String, _ state: inout CatalogState) {
        self.supersede(by: key, instance, actor: actor, &state)
        self.note(isThere: true, OverrideKey(key), state)
        self.note(isThere: true, OverrideKey(service: key.service), state)
    }

    /// Health is kept while the incarnation is; but an instance that had gone silent has answered now. With other checks its own
    /// report is void too, and what the registry's checks said holds until they say something else, or none is made any more.
    private func health(of spec: InstanceSpec, registering current: Instance?, startsAfresh: Bool) -> Health {
        let obligation = Obligation(of: spec, settings: self.settings)
        guard let current, !startsAfresh else {
            let faults = obligation.initialFaults
            return Health(state: faults.state, cause: .register, since: self.time, faults: faults)
        }
        // It may be another process by now, which has reported nothing of its resources yet.
        var void: HealthFaults = [.silence, .resource]
        if current.spec.checks != spec.checks { void.insert(.report) }
        if !obligation.isProbed { void.formUnion([.probe, .unchecked]) }
        return current.health.removing(void, cause: .recover, at: self.time) ?? current.health
    }

    private mutating func createServiceIfNeeded(_ registration: Registration, _ state: inout CatalogState) {
        let key = registration.service
        guard !self.draft.hasService(key, state) else { return }
        let number = self.draft.number(of: key, state) ?? state.takeNumber()
        let service = Service(
            key: key, number: number, type: registration.serviceType, metadata: registration.serviceMetadata,
            createdAt: self.time, updatedAt: self.time, revision: .zero)
        self.draft.put(service, at: key, state)
    }
}

extension InstanceSpec {
    /// Why its checks cannot be taken; `prefix` is put before each field's name.
    func unsupportedChecks(prefix: String) -> RegistryError? {
        guard let second = self.checks.indices.filter({ self.checks[$0].kind == .ttl }).dropFirst().first else {
            return nil
        }
        return .invalid([
            FieldError(field: "\(prefix)checks[\(second)]", message: "is a second check of type ttl; one is taken")
        ])
    }
}
