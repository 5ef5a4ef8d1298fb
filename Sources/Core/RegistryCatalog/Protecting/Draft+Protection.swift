import RegistryModel

/// How the instances of a service would stand after the commands so far.
struct DraftStandings {
    private(set) var tally: ProtectionTally
    /// How many of the fallen did so within their window; nil until somebody has to know.
    private(set) var recent: Int?
    /// Whether the service is protected, or was until that was lifted.
    var hasProtection: Bool

    init(_ entry: CatalogState.ServiceEntry?) {
        self.tally = entry?.tally ?? ProtectionTally()
        self.hasProtection = entry?.service.protection != nil
    }

    /// Whether nobody fell and nothing is doubted, as almost always.
    var isCalm: Bool { self.tally.fallen == 0 && self.tally.flagged == 0 && !self.hasProtection }

    mutating func replace(_ before: Instance?, with after: Instance?, at time: Timestamp, _ rule: ProtectionRule) {
        if let before { self.tally.remove(before) }
        if let after { self.tally.add(after) }
        guard let recent else { return }
        let left = before.map { rule.isRecent($0, at: time) } == true ? 1 : 0
        let came = after.map { rule.isRecent($0, at: time) } == true ? 1 : 0
        self.recent = recent + came - left
    }

    mutating func know(recent: Int) { self.recent = recent }
}

extension Draft {
    /// The instances of a service that was there before the group, as they would be. Those that the group brings are not among them.
    ///
    /// They are not looked up one by one: most are not in the draft, and need not be.
    mutating func instances(
        of key: ServiceKey, _ state: borrowing CatalogState, _ body: (Instance) -> Bool
    ) {
        let service = self.place(of: key, state)
        let isTouched = self.services[service].write != nil
        for record in state.entry(of: key)?.instances ?? [] {
            let place = isTouched ? self.instancePlaces[InstanceName(service: service, id: record.id)] : nil
            guard let instance = place.map({ self.instances[$0].value }) ?? record.instance else { continue }
            if !body(instance) { return }
        }
    }

    /// How many of a service's fallen instances did so within their window: counted once, then counted on.
    mutating func recentlyFallen(of key: ServiceKey, _ state: borrowing CatalogState) -> Int {
        let place = self.place(of: key, state)
        if let known = self.standings[place].recent { return known }
        var count = 0
        let (rule, time) = (self.rule, self.time)
        self.instances(of: key, state) { instance in
            if rule.isRecent(instance, at: time) { count += 1 }
            return true
        }
        self.standings[place].know(recent: count)
        return count
    }
}
