import RegistryModel

extension CatalogState {
    /// A batch that holds all there is, with the removal of everything here that it does not hold.
    func completing(_ batch: CommittedBatch) -> CommittedBatch {
        let present = PresentRecords(batch.records)
        var batch = batch
        for entry in self.services {
            let service = entry.service
            for record in entry.instances {
                let key = InstanceKey(service: service.key, id: record.id)
                guard !present.instances.contains(key) else { continue }
                batch.records.append(
                    .instance(key, number: record.instance.number, service: service.number, nil))
            }
            if !present.services.contains(service.key) {
                batch.records.append(.service(service.key, number: service.number, nil))
            }
        }
        for (key, tombstone) in self.tombstones where !present.tombstones.contains(key) {
            batch.records.append(.tombstone(key, number: tombstone.number, nil))
        }
        for (key, override) in self.overrides.byKey where !present.overrides.contains(key) {
            batch.records.append(.override(key, number: override.number, nil))
        }
        for subscription in self.subscriptions.all where !present.subscriptions.contains(subscription.id) {
            batch.records.append(.subscription(subscription.id, number: subscription.number, nil))
        }
        return batch
    }
}

extension CatalogState.Applied {
    /// The service and the revision that readers of it get to know, where a batch that holds all there is has changed it; nil: it is as it
    /// was, or nobody here has known it.
    func untold(at revision: Revision) -> (key: ServiceKey, revision: Revision)? {
        let now = self.entry?.service.revision
        guard self.previousRevision > .zero, now != self.previousRevision else { return nil }
        return (self.key, now ?? revision)
    }
}

/// What a batch puts, by kind.
private struct PresentRecords {
    private(set) var services: Set<ServiceKey> = []
    private(set) var instances: Set<InstanceKey> = []
    private(set) var tombstones: Set<InstanceKey> = []
    private(set) var overrides: Set<OverrideKey> = []
    private(set) var subscriptions: Set<String> = []

    init(_ records: [Write.Record]) {
        for record in records {
            switch record {
            case .service(let key, _, _): self.services.insert(key)
            case .instance(let key, _, _, _): self.instances.insert(key)
            case .tombstone(let key, _, _): self.tombstones.insert(key)
            case .override(let key, _, _): self.overrides.insert(key)
            case .subscription(let id, _, _): self.subscriptions.insert(id)
            }
        }
    }
}
