import RegistryModel

/// What operators decide on instances and services, and how long that holds. Owners' writes never change it.
extension Decider {
    /// Takes an operator's decision, in place of an earlier one on the same instance or service.
    mutating func putOverride(
        _ key: OverrideKey, _ request: OverrideRequest, actor: String, _ state: inout CatalogState
    ) throws(RegistryError) {
        let current = self.draft.override(key, state)
        if current == nil { try self.checkMayBegin(key, state) }
        if self.earlier != nil { self.completeRecord(of: key.service, state) }
        defer { self.await(self.draft.write(of: key, state)) }
        if let current, current.says(request, at: self.time) { return }
        let number = current?.number ?? self.draft.number(of: key, state) ?? state.takeNumber()
        let override = Override(
            number: number, status: request.status, weight: request.weight, reason: request.reason, actor: actor,
            createdAt: self.time, expiresAt: request.expiresAfter.map { self.time.advanced(by: $0) },
            absentSince: current?.absentSince)
        self.draft.put(override, at: key, state)
        self.record(key, .override, actor: actor, detail: override.summary, state)
    }

    /// What a first decision is about has to be there, and there is room for so many.
    private mutating func checkMayBegin(_ key: OverrideKey, _ state: CatalogState) throws(RegistryError) {
        if let id = key.instance {
            let instance = InstanceKey(service: key.service, id: id)
            if self.draft.instance(instance, state) == nil { throw self.unknown(instance, state) }
        } else if !self.draft.hasService(key.service, state) {
            throw .unknownService(key.service)
        }
        guard self.draft.overrideCount(state) < Limits.overrides else {
            throw RegistryError(
                .conflict,
                "There are \(Limits.overrides) overrides, and no room for more; lift those that are not needed.")
        }
    }

    /// Takes an operator's decision back.
    mutating func liftOverride(_ key: OverrideKey, actor: String, _ state: CatalogState) throws(RegistryError) {
        if self.earlier != nil { self.completeRecord(of: key.service, state) }
        defer { self.await(self.draft.write(of: key, state)) }
        guard let current = self.draft.override(key, state) else { throw .unknownOverride(key) }
        if self.waits(for: self.draft.isNew(key, state)) { return }
        self.lift(current, key, actor: actor, detail: "lifted, was \(current.summary)", state)
    }

    /// Ends a decision whose time is over, or which has had nothing to decide on for too long.
    mutating func purgeOverride(_ key: OverrideKey, _ state: CatalogState) {
        guard let current = self.draft.override(key, state) else { return }
        let absence = self.settings.overrideAbsence
        if let end = current.expiresAt, end <= self.time {
            self.lift(current, key, actor: Change.registryActor, detail: "ran out, was \(current.summary)", state)
        } else if let since = current.absentSince, self.time.since(since) >= absence {
            let what = key.instance == nil ? "service" : "instance"
            self.lift(
                current, key, actor: Change.registryActor,
                detail: "its \(what) was gone for \(absence), was \(current.summary)", state)
        }
    }

    private mutating func lift(
        _ current: Override, _ key: OverrideKey, actor: String, detail: String, _ state: CatalogState
    ) {
        self.draft.put(nil as Override?, at: key, state)
        self.record(key, .liftOverride, actor: actor, detail: detail, state)
    }

    private mutating func record(
        _ key: OverrideKey, _ cause: Cause, actor: String, detail: String, _ state: CatalogState
    ) {
        if let id = key.instance {
            self.record(InstanceKey(service: key.service, id: id), cause, actor: actor, detail: detail, state)
        } else {
            self.record(key.service, cause, actor: actor, detail: detail, state)
        }
    }

    // MARK: What a decision is about comes and goes

    /// From now on there is nothing to decide on; or there is again. The answer rests on that being noted.
    mutating func note(isThere: Bool, _ key: OverrideKey, _ state: CatalogState) {
        guard var override = self.draft.override(key, state), (override.absentSince == nil) != isThere else { return }
        override.absentSince = isThere ? nil : self.time
        self.draft.put(override, at: key, state)
        self.await(self.draft.write(of: key, state))
    }

    /// What counts of an instance in the draft: the operator's status, else the owner's.
    mutating func status(of instance: Instance, _ key: InstanceKey, _ state: CatalogState) -> InstanceStatus {
        let own = self.draft.override(OverrideKey(key), state)?.status
        return own ?? self.draft.override(OverrideKey(service: key.service), state)?.status ?? instance.spec.status
    }
}
