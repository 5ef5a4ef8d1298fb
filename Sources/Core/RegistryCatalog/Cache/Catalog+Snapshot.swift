import RegistryModel

extension Catalog {
    /// All that is committed and applied at this moment, as a store would hold it.
    ///
    /// The lock of the state is held only while references are taken. What is committed meanwhile copies what it changes.
    public func storedCatalog() -> StoredCatalog {
        let parts = self.applier.withState { state in
            (
                revision: state.revision, entries: state.entries, tombstones: state.tombstones,
                overrides: state.overrides.byKey, subscriptions: state.subscriptions, nextNumber: state.nextNumber
            )
        }
        var stored = StoredCatalog(
            registryID: self.registryID, revision: parts.revision, services: [], instances: [],
            tombstones: parts.tombstones.map { StoredTombstone(service: $0.key.service, tombstone: $0.value) },
            overrides: parts.overrides.map { StoredOverride(key: $0.key, override: $0.value) },
            subscriptions: Array(parts.subscriptions.all), nextNumber: parts.nextNumber)
        stored.services.reserveCapacity(parts.entries.count)
        stored.instances.reserveCapacity(parts.entries.reduce(0) { $0 + ($1?.instances.count ?? 0) })
        for case let entry? in parts.entries {
            var service = entry.service
            // The record's own: what the service shows beyond it follows from its instances and overrides.
            service.revision = entry.recordRevision
            stored.services.append(service)
            for record in entry.instances {
                var instance = record.instance
                instance.apply(nil)
                stored.instances.append(StoredInstance(service: service.number, instance: instance))
            }
        }
        return stored
    }
}
