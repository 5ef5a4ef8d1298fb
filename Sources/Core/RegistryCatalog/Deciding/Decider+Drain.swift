import RegistryModel

/// An instance that is about to leave, and one that stays after all.
extension Decider {
    mutating func drain(
        _ key: InstanceKey, incarnation: Int64?, actor: String, _ state: CatalogState
    ) throws(RegistryError) {
        let current = try self.present(key, incarnation, state)
        try Self.checkIsRegistered(incarnation, key, current)
        try Self.checkIsNotHeldUp(key, current)
        guard current.spec.status != .draining else { return }
        self.put(.draining, on: current, key, state)
        self.record(key, .drain, actor: actor, detail: "\(current.spec.status) before", state)
    }

    mutating func undrain(
        _ key: InstanceKey, incarnation: Int64?, actor: String, again: Bool, _ state: CatalogState
    ) throws(RegistryError) {
        let current = try self.present(key, incarnation, state)
        try Self.checkIsRegistered(incarnation, key, current)
        guard current.spec.status == .draining else {
            if again, current.spec.status == .up { return }
            throw RegistryError(
                .conflict, "Instance \(key) is \(current.spec.status), not DRAINING; there is nothing to take back.")
        }
        self.put(.up, on: current, key, state)
        self.record(key, .update, actor: actor, detail: "status", state)
    }

    /// What an operator holds UP stays UP to callers, whatever its owner says: they would not be told to stop using it.
    private static func checkIsNotHeldUp(_ key: InstanceKey, _ current: Instance) throws(RegistryError) {
        guard current.overrides?.status == .up else { return }
        throw RegistryError(
            .conflict, "An operator holds \(key) at UP, so callers would go on using it; lift the override first.")
    }

    private mutating func put(
        _ status: InstanceStatus, on current: Instance, _ key: InstanceKey, _ state: CatalogState
    ) {
        var updated = current
        updated.spec.status = status
        updated.updatedAt = self.time
        self.draft.put(updated, at: key, state)
    }
}
