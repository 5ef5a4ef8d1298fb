import RegistryModel

extension CatalogState.ServiceEntry {
    fileprivate var isDoubted: Bool { self.service.protection != nil || self.tally.flagged > 0 }
}

extension CatalogState {
    mutating func count(_ instance: Instance, at place: Int) {
        self.counts.add(instance)
        self.entries[place]?.tally.add(instance)
    }

    mutating func discount(_ instance: Instance, at place: Int) {
        self.counts.remove(instance)
        self.entries[place]?.tally.remove(instance)
    }

    /// Keeps the list of services that somebody has to look at.
    mutating func noteDoubt(at place: Int) {
        guard let entry = self.entries[place] else { return }
        if entry.isDoubted {
            self.doubted.insert(entry.service.key)
        } else if !self.doubted.isEmpty {
            self.doubted.remove(entry.service.key)
        }
    }

    /// Services that are protected now.
    var protectedCount: Int {
        self.doubted.count { self.entry(of: $0)?.service.protection?.isLifted == false }
    }

    // MARK: Everything at once

    /// Takes note of what a batch brought down. `now`: milliseconds of liveness time.
    mutating func reviewWide(_ applied: [Applied], now: Int64, at time: Timestamp) -> WideProtection.Turn? {
        let fallen = applied.reduce(0) { $0 + $1.fallen }
        if fallen > 0 { self.wide.note(fallen, at: now) }
        guard fallen > 0 || self.wide.isActive else { return nil }
        let recent = min(self.wide.recent(at: now), self.counts.doubtful)
        let services = self.servicesWithDoubtful
        return self.wide.review(self.counts, recent: recent, services: services, at: time)
    }

    mutating func restoreWide(_ settings: CatalogSettings, at time: Timestamp) {
        self.wide = WideProtection(window: settings.ttl)
        guard settings.protects else { return }
        let services = self.servicesWithDoubtful
        self.wide.restore(self.counts, services: services, at: time)
    }

    /// Counts no further than it matters.
    private var servicesWithDoubtful: () -> Int {
        let entries = self.entries
        return {
            entries.lazy.filter { ($0?.tally.fallen ?? 0) + ($0?.tally.suspect ?? 0) > 0 }
                .prefix(WideProtection.fewestServices).reduce(0) { count, _ in count + 1 }
        }
    }

    // MARK: Looking again

    /// Services whose protection is not as it should be, though no command told, as many as go into one group.
    func unreviewed(_ rule: ProtectionRule, at time: Timestamp) -> [ServiceKey] {
        let limit = CatalogSettings.groupLimit
        var found = Array(self.doubted.lazy.filter { self.needsReview($0, rule, at: time) }.prefix(limit))
        guard self.wide.isActive, rule.settings.protects, found.count < limit else { return found }
        // What fell before the doubt about everything began.
        found += self.services.lazy
            .filter { entry in
                entry.tally.fallen > 0 && entry.service.protection == nil
                    && entry.instances.contains { rule.isRecent($0.instance, at: time) }
            }
            .map(\.service.key).prefix(limit - found.count)
        return found
    }

    private func needsReview(_ key: ServiceKey, _ rule: ProtectionRule, at time: Timestamp) -> Bool {
        guard let entry = self.entry(of: key) else { return false }
        let phase = ProtectionRule.Phase(entry.service.protection)
        if phase != .active, entry.tally.flagged > 0 { return true }
        let recent = { entry.instances.count { rule.isRecent($0.instance, at: time) } }
        let step = rule.step(entry.tally, in: phase, isWide: self.wide.isActive, mayBegin: false, recent: recent)
        if step != .none { return true }
        // Only of a very large service there are some that could not be flagged with the others.
        return phase == .active && entry.tally.fallen > 0 && entry.instances.count > CatalogSettings.flagLimit
            && recent() > 0
    }
}

extension CatalogState.Applied {
    /// How many went DOWN by a doubtful observation.
    fileprivate var fallen: Int {
        self.transitions.count { transition in
            guard let after = transition.after?.instance.standing, after == .fallen || after == .suspect else {
                return false
            }
            let before = transition.before?.instance.standing
            return before != .fallen && before != .suspect
        }
    }
}
