public import RegistryCatalog
public import RegistryModel

/// The records of a store without a disk: a store's contract in its plainest form, without I/O. A record is known by its key, as another
/// node may have given it another number.
public struct InMemoryRecords: Sendable {
    public private(set) var registryID: String
    public private(set) var revision = Revision.zero
    private var nextNumber: Int64 = 1
    private var services: [ServiceKey: Service] = [:]
    private var instances: [InstanceKey: StoredInstance] = [:]
    private var tombstones: [InstanceKey: StoredTombstone] = [:]
    private var overrides: [OverrideKey: StoredOverride] = [:]
    private var subscriptions: [String: Subscription] = [:]

    public init(registryID: String) { self.registryID = registryID }

    /// In the order of numbers.
    public var stored: StoredCatalog {
        StoredCatalog(
            registryID: self.registryID, revision: self.revision, services: Self.ordered(self.services) { $0.number },
            instances: Self.ordered(self.instances) { $0.instance.number },
            tombstones: Self.ordered(self.tombstones) { $0.tombstone.number },
            overrides: Self.ordered(self.overrides) { $0.override.number },
            subscriptions: Self.ordered(self.subscriptions) { $0.number },
            nextNumber: self.nextNumber)
    }

    private static func ordered<Value>(_ values: [some Hashable: Value], by number: (Value) -> Int64) -> [Value] {
        values.values.sorted { number($0) < number($1) }
    }

    /// Commits what does not conflict; nil when nothing was committed.
    public mutating func commit(
        _ group: CommitGroup, conflicting: (Write) -> Bool
    ) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        let revision = self.revision.next
        var records: [Write.Record] = []
        let outcomes = group.writes.map { write -> CommitOutcome in
            guard !conflicting(write), self.applies(write) else { return .conflict }
            records.append(self.apply(write.record, revision))
            return .committed(revision)
        }
        guard !records.isEmpty else { return (outcomes, nil) }
        var changes: [Change] = []
        for recorded in group.changes where outcomes[recorded.write] == .committed(revision) {
            var change = recorded.change
            change.revision = revision
            changes.append(change)
        }
        self.revision = revision
        return (outcomes, CommittedBatch(revision: revision, time: group.time, records: records, changes: changes))
    }

    /// Whether the record is as the write expects. What is not there cannot be removed.
    private func applies(_ write: Write) -> Bool {
        let isRemoval: Bool
        let stored: Revision?
        switch write.record {
        case .service(let key, _, let value):
            isRemoval = value == nil
            stored = self.services[key]?.revision
        case .instance(let key, _, _, let value):
            isRemoval = value == nil
            stored = self.instances[key]?.instance.revision
        case .tombstone(let key, _, let value):
            isRemoval = value == nil
            stored = self.tombstones[key]?.tombstone.revision
        case .override(let key, _, let value):
            isRemoval = value == nil
            stored = self.overrides[key]?.override.revision
        case .subscription(let id, _, let value):
            isRemoval = value == nil
            stored = self.subscriptions[id]?.revision
        }
        return stored == write.expected && !(isRemoval && stored == nil)
    }

    /// Stores one record and returns it with its revision.
    private mutating func apply(_ record: Write.Record, _ revision: Revision) -> Write.Record {
        let record = record.at(revision)
        self.nextNumber = max(self.nextNumber, record.number + 1)
        switch record {
        case .service(let key, _, let value):
            self.services[key] = value
        case .instance(let key, _, let service, let value):
            let number = self.services[key.service]?.number ?? service
            self.instances[key] = value.map { StoredInstance(service: number, instance: $0) }
        case .tombstone(let key, _, let value):
            self.tombstones[key] = value.map { StoredTombstone(service: key.service, tombstone: $0) }
        case .override(let key, _, let value):
            self.overrides[key] = value.map { StoredOverride(key: key, override: $0) }
        case .subscription(let id, _, let value):
            self.subscriptions[id] = value
        }
        return record
    }
}
