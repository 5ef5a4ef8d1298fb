import RegistryCatalog
import RegistryModel

/// What operators decided and when, as the disk has it.
struct OverrideTruth {
    private var overrides: [OverrideKey: [(revision: Revision, override: Override?)]] = [:]

    mutating func take(_ key: OverrideKey, _ override: Override?, at revision: Revision) {
        self.overrides[key, default: []].append((revision, override))
    }

    func latest(_ key: OverrideKey) -> Override? { self.overrides[key]?.last?.override }

    /// What counts of an instance now.
    func applied(to instance: Instance, of service: ServiceKey) -> Instance {
        var instance = instance
        instance.apply(
            AppliedOverrides(
                instance: self.latest(OverrideKey(service: service, instance: instance.id)),
                service: self.latest(OverrideKey(service: service))))
        return instance
    }

    /// Every state that an override was in from one revision to another, the one at the beginning included.
    func states(of key: OverrideKey, from start: Revision, to end: Revision) -> [Override?] {
        var states: [Override?] = []
        for (revision, override) in (self.overrides[key] ?? []).reversed() where revision <= end {
            states.append(override)
            if revision <= start { return states }
        }
        return states + [nil]
    }
}
