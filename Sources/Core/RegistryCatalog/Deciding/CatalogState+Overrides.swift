import RegistryModel

/// What operators decided, on the instances that it is about.
extension CatalogState {
    /// What operators decided on an instance; nil when nothing.
    func overrides(on key: InstanceKey) -> AppliedOverrides? {
        guard !self.overrides.isEmpty else { return nil }
        return AppliedOverrides(
            instance: self.overrides[OverrideKey(key)], service: self.overrides[OverrideKey(service: key.service)])
    }

    /// Puts a decision on the instances that it is about, and notes which of them it changed.
    mutating func decide(
        _ key: OverrideKey, _ place: Int, revision: Revision, _ applied: inout Applied
    ) {
        guard var entry = self.entries[place].take() else { return }
        defer { self.entries[place] = entry }
        entry.service.revision = max(entry.service.revision, revision)
        let indices =
            if let id = key.instance {
                entry.instances.search(id).isPresent
                    ? entry.instances.search(id).index..<entry.instances.search(id).index + 1 : 0..<0
            } else {
                entry.instances.indices
            }
        var sibling: Instance?
        for index in indices {
            let before = entry.instances[index]
            var instance = before.instance
            let overrides = self.overrides(on: InstanceKey(service: key.service, id: instance.id))
            guard instance.overrides != overrides else { continue }
            instance.apply(overrides, sharedWith: sibling)
            sibling = instance
            self.counts.remove(before.instance)
            self.counts.add(instance)
            entry.tally.remove(before.instance)
            entry.tally.add(instance)
            let after = InstanceRecord(instance: instance, lease: before.lease)
            entry.instances[index] = after
            self.addresses.replace(before, with: after, service: place)
            if let known = applied.transitions.firstIndex(where: { $0.id == instance.id }) {
                applied.transitions[known].after = after
            } else {
                applied.transitions.append(Transition(id: instance.id, before: before, after: after))
            }
        }
    }
}
