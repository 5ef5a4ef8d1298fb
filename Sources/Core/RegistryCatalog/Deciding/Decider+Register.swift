import RegistryModel

extension Decider {
    /// Puts an instance on the roll, or replaces all of its owner's fields.
    mutating func register(
        _ registration: Registration, actor: String, again: Bool, _ state: inout CatalogState
    ) -> Decision {
        if let error = Self.fault(in: registration) { return .refused(error) }
        let key = registration.key
        let current = self.draft.instance(key, state)
        let tombstone = current == nil ? self.draft.tombstone(key, state) : nil
        let highest = current.map(\.incarnation) ?? tombstone?.incarnation
        if let error = self.fence(key, registration.incarnation, against: highest) { return .refused(error) }
        let isNewer = current != nil && registration.incarnation.map { $0 > highest ?? -1 } == true

        var spec = registration.spec
        if let current, current.spec.status == .draining, !registration.statesStatus, !isNewer { spec.status = .draining }
        let health = self.health(of: spec, registering: current, startsAfresh: isNewer)
        let incarnation = registration.incarnation ?? highest
        self.noteRenewal(key)
        if let current, !again, current.spec == spec, current.incarnation == incarnation, current.health == health {
            return self.unchanged(key)
        }

        self.createServiceIfNeeded(registration, &state)
        let number = current?.number ?? self.draft.instances[key]?.committed?.number ?? state.takeNumber()
        let instance = Instance(
            id: key.id, spec: spec, number: number, incarnation: incarnation, health: health,
            createdAt: current?.createdAt ?? self.time, updatedAt: self.time, revision: .zero)
        if tombstone != nil { self.draft.put(nil as Tombstone?, at: key, state) }
        self.draft.put(instance, at: key, state)
        let recovered = current != nil && current?.spec == spec && current?.incarnation == incarnation
        return self.committed(
            key, recovered ? .recover : .register, actor: actor, detail: recovered ? "registered again" : spec.address,
            created: current == nil, state)
    }

    /// Everything that is wrong with a registration by itself.
    private static func fault(in registration: Registration) -> RegistryError? {
        let fields = registration.validate()
        if !fields.isEmpty { return .invalid(fields) }
        return self.fault(inChecks: registration.spec.checks, prefix: "instance.")
    }

    /// Refuses what this version would have to ignore.
    static func fault(inChecks checks: [HealthCheck], prefix: String) -> RegistryError? {
        let foreign = checks.indices.filter { checks[$0].kind != .ttl }
        if !foreign.isEmpty {
            let fields = foreign.map {
                FieldError(field: "\(prefix)checks[\($0)].type", message: "is \(checks[$0].kind); this server takes ttl")
            }
            return RegistryError(
                .unsupportedCheck, "This server makes no checks itself; register with a ttl and send heartbeats.",
                fields: fields)
        }
        guard checks.count > 1 else { return nil }
        return .invalid([FieldError(field: "\(prefix)checks[1]", message: "is a second check of type ttl; one is taken")])
    }

    /// Health is kept while checks and incarnation are; but an instance that had gone silent has answered now.
    private func health(of spec: InstanceSpec, registering current: Instance?, startsAfresh: Bool) -> Health {
        let obligation = Obligation(of: spec, settings: self.settings)
        if let current, !startsAfresh, current.spec.checks == spec.checks, current.health.cause != .expire {
            let heldBefore = Obligation(of: current.spec, settings: self.settings).kind == .probe
            if heldBefore == (obligation.kind == .probe) { return current.health }
        }
        return Health(state: obligation.initialHealth, cause: current == nil || startsAfresh ? .register : .recover, since: self.time)
    }

    private mutating func createServiceIfNeeded(_ registration: Registration, _ state: inout CatalogState) {
        let key = registration.service
        guard self.draft.service(key, state) == nil else { return }
        let number = self.draft.services[key]?.committed?.number ?? state.takeNumber()
        let service = Service(
            key: key, number: number, type: registration.serviceType, metadata: registration.serviceMetadata,
            createdAt: self.time, updatedAt: self.time, revision: .zero)
        self.draft.put(service, at: key, state)
    }
}
