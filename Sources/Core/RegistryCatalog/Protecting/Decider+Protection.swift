import RegistryModel

/// What the registry makes of it when many fall at once.
extension Decider {
    /// Looks, after each command, whether the doubt about its service begins, goes on, or is over. Costs nothing while nobody fell.
    mutating func reviewProtection(after command: Command, _ state: CatalogState) {
        // It has taken the flag from as many as go into one commit.
        if case .liftProtection = command { return }
        let key = command.service
        let place = self.draft.place(of: key, state)
        guard !self.draft.standings[place].isCalm else { return }
        let tally = self.draft.standings[place].tally
        let phase = ProtectionRule.Phase(self.draft.services[place].value?.protection)
        let isWide = state.wide.isActive
        let mayBegin =
            switch command {
            case .expire, .observe, .reviewService: true
            default: false
            }
        // The recent ones are counted before they are asked for: a closure may not change the draft.
        let mayMatter = tally.fallen > 0 && (isWide || tally.fallen + tally.suspect > tally.well)
        let recent = mayMatter && self.settings.protects ? self.draft.recentlyFallen(of: key, state) : 0
        let step = self.draft.rule.step(tally, in: phase, isWide: isWide, mayBegin: mayBegin) { recent }
        switch step {
        case .begin: self.beginProtection(of: key, isWide: isWide, state)
        case .end: self.endProtection(of: key, phase, state)
        case .forget: self.forgetLift(of: key, state)
        case .none: self.goOn(key, phase, after: command, tally, recent: recent, state)
        }
    }

    private mutating func goOn(
        _ key: ServiceKey, _ phase: ProtectionRule.Phase, after command: Command, _ tally: ProtectionTally,
        recent: Int, _ state: CatalogState
    ) {
        switch phase {
        case .active:
            if let id = command.instanceID {
                self.flag(InstanceKey(service: key, id: id), state)
            } else if recent > 0 {
                self.flagRecent(of: key, state)
            }
        case .calm, .lifted:
            if tally.flagged > 0 { self.unflag(key, actor: Change.registryActor, state) }
        }
    }

    // MARK: Begin

    private mutating func beginProtection(of key: ServiceKey, isWide: Bool, _ state: CatalogState) {
        guard var service = self.draft.service(key, state) else { return }
        var affected = Affected()
        let (rule, time) = (self.draft.rule, self.time)
        self.draft.instances(of: key, state) { instance in
            if instance.standing == .suspect || rule.isRecent(instance, at: time) {
                affected.add(fallen: instance)
            } else if instance.standing == .well {
                affected.add(well: instance)
            }
            return true
        }
        affected.isWide = isWide
        let (verdict, detail) = self.network.verdict(on: affected)
        service.protection = Protection(since: self.time, verdict: verdict, detail: detail)
        self.draft.put(service, at: key, state)
        self.record(key, .protect, actor: Change.registryActor, detail: detail, state)
        self.flagRecent(of: key, state)
    }

    /// Gives the flag to what fell within its window, as many as go into one commit.
    private mutating func flagRecent(of key: ServiceKey, _ state: CatalogState) {
        var fallen: [String] = []
        let (rule, time) = (self.draft.rule, self.time)
        self.draft.instances(of: key, state) { instance in
            if rule.isRecent(instance, at: time) { fallen.append(instance.id) }
            return fallen.count < CatalogSettings.flagLimit
        }
        for id in fallen { self.flag(InstanceKey(service: key, id: id), state) }
    }

    private mutating func flag(_ key: InstanceKey, _ state: CatalogState) {
        guard var instance = self.draft.instance(key, state), self.draft.rule.isRecent(instance, at: self.time)
        else { return }
        instance.health.isSuspect = true
        self.draft.put(instance, at: key, state)
        self.record(
            key, .protect, actor: Change.registryActor, detail: "suspect: too many went DOWN at once", state)
    }

    // MARK: End

    private mutating func endProtection(of key: ServiceKey, _ phase: ProtectionRule.Phase, _ state: CatalogState) {
        self.clearProtection(
            of: key, detail: phase == .lifted ? "protection is off" : "enough instances are well again", state)
        self.unflag(key, actor: Change.registryActor, state)
    }

    private mutating func forgetLift(of key: ServiceKey, _ state: CatalogState) {
        self.clearProtection(
            of: key, detail: "it has recovered since protection was lifted, which may begin again", state)
        self.unflag(key, actor: Change.registryActor, state)
    }

    private mutating func clearProtection(of key: ServiceKey, detail: String, _ state: CatalogState) {
        guard var service = self.draft.service(key, state) else { return }
        service.protection = nil
        self.draft.put(service, at: key, state)
        self.record(key, .endProtection, actor: Change.registryActor, detail: detail, state)
    }

    /// Takes the flag from all that have it, as many as go into one commit. They are DOWN from now on, and run towards their removal.
    private mutating func unflag(_ key: ServiceKey, actor: String, _ state: CatalogState) {
        var flagged: [String] = []
        self.draft.instances(of: key, state) { instance in
            if instance.health.isSuspect { flagged.append(instance.id) }
            return flagged.count < CatalogSettings.flagLimit
        }
        for id in flagged {
            let key = InstanceKey(service: key, id: id)
            guard var instance = self.draft.instance(key, state) else { continue }
            instance.health.isSuspect = false
            instance.health.cause = .endProtection
            // From here its time until removal counts, also for a process that reads this later.
            instance.health.since = self.time
            self.draft.put(instance, at: key, state)
            self.record(key, .endProtection, actor: actor, detail: "taken for gone", state)
        }
    }

    /// An operator knows better.
    mutating func liftProtection(
        of key: ServiceKey, actor: String, again: Bool, _ state: CatalogState
    ) throws(RegistryError) {
        guard var service = self.draft.service(key, state) else { throw .unknownService(key) }
        guard var protection = service.protection, !protection.isLifted else {
            if again, service.protection != nil { return }
            throw .notProtected(key)
        }
        protection.isLifted = true
        service.protection = protection
        self.draft.put(service, at: key, state)
        self.record(key, .endProtection, actor: actor, detail: "lifted", state)
        self.unflag(key, actor: actor, state)
    }
}
