import RegistryModel

/// The records that are neither services nor instances: operators' decisions and subscriptions.
extension Draft {
    private mutating func place(of key: OverrideKey, _ state: borrowing CatalogState) -> Int {
        let committed = state.overrides[key]
        return self.overrides.place(of: key, revision: \.revision) { committed }
    }

    private mutating func place(ofSubscription id: String, _ state: borrowing CatalogState) -> Int {
        let committed = state.subscriptions[id]
        return self.subscriptions.place(of: id, revision: \.revision) { committed }
    }

    mutating func override(_ key: OverrideKey, _ state: borrowing CatalogState) -> Override? {
        // Most registries have none at most times, and nobody needs to look for one then.
        if state.overrides.isEmpty, self.overrides.records.isEmpty { return nil }
        let place = self.place(of: key, state)
        return self.overrides.records[place].value
    }

    /// Whether an earlier command of the group brings this decision.
    mutating func isNew(_ key: OverrideKey, _ state: borrowing CatalogState) -> Bool {
        let place = self.place(of: key, state)
        return self.overrides.records[place].isNew
    }

    mutating func subscription(_ id: String, _ state: borrowing CatalogState) -> Subscription? {
        let place = self.place(ofSubscription: id, state)
        return self.subscriptions.records[place].value
    }

    /// The row that it has or had; nil when it needs a new number.
    mutating func number(of key: OverrideKey, _ state: borrowing CatalogState) -> Int64? {
        let place = self.place(of: key, state)
        return self.overrides.records[place].number
    }

    /// The place of its write in the group; nil when there is none.
    mutating func write(of key: OverrideKey, _ state: borrowing CatalogState) -> Int? {
        let place = self.place(of: key, state)
        return self.overrides.records[place].write
    }

    mutating func write(ofSubscription id: String, _ state: borrowing CatalogState) -> Int? {
        let place = self.place(ofSubscription: id, state)
        return self.subscriptions.records[place].write
    }

    /// Puts, or with nil removes, a decision, and rewrites the record of its service, if that exists.
    mutating func put(_ override: Override?, at key: OverrideKey, _ state: borrowing CatalogState) {
        let place = self.place(of: key, state)
        let before = self.overrides.records[place].exists
        self.overrideBalance += (override != nil ? 1 : 0) - (before ? 1 : 0)
        if self.overrides.put(override, at: place, write: self.order.count) { self.order.append(.override(place)) }
        self.touch(key.service, state)
    }

    /// How many overrides there would be.
    func overrideCount(_ state: borrowing CatalogState) -> Int { state.overrides.count + self.overrideBalance }

    /// Whether an earlier command of the group writes a decision on this instance, or on its service.
    mutating func isDecisionWritten(on key: InstanceKey, _ state: borrowing CatalogState) -> Bool {
        if self.overrides.records.isEmpty { return false }
        return self.write(of: OverrideKey(key), state) != nil
            || self.write(of: OverrideKey(service: key.service), state) != nil
    }

    mutating func put(_ subscription: Subscription?, id: String, _ state: borrowing CatalogState) {
        let place = self.place(ofSubscription: id, state)
        if self.subscriptions.put(subscription, at: place, write: self.order.count) {
            self.order.append(.subscription(place))
        }
    }
}
