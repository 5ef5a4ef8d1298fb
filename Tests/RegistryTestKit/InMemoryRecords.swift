public import RegistryCatalog
public import RegistryModel

/// The records of a store without a disk: a store's contract in its plainest form, without I/O.
public struct InMemoryRecords: Sendable {
    public private(set) var registryID: String
    public private(set) var revision = Revision.zero
    private var nextNumber: Int64 = 1
    private var services: [Int64: Service] = [:]
    private var instances: [Int64: StoredInstance] = [:]
    private var tombstones: [Int64: StoredTombstone] = [:]
    private var overrides: [Int64: StoredOverride] = [:]
    private var subscriptions: [Int64: Subscription] = [:]

    public init(registryID: String) { self.registryID = registryID }

    /// In the order of numbers.
    public var stored: StoredCatalog {
        StoredCatalog(
            registryID: self.registryID, revision: self.revision, services: Self.ordered(self.services),
            instances: Self.ordered(self.instances), tombstones: Self.ordered(self.tombstones),
            overrides: Self.ordered(self.overrides), subscriptions: Self.ordered(self.subscriptions),
            nextNumber: self.nextNumber)
    }

    private static func ordered<Value>(_ values: [Int64: Value]) -> [Value] {
        values.sorted { $0.key < $1.key }.map(\.value)
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
        case .service(_, let number, let value):
            isRemoval = value == nil
            stored = self.services[number]?.revision
        case .instance(_, let number, _, let value):
            isRemoval = value == nil
            stored = self.instances[number]?.instance.revision
        case .tombstone(_, let number, let value):
            isRemoval = value == nil
            stored = self.tombstones[number]?.tombstone.revision
        case .override(_, let number, let value):
            isRemoval = value == nil
            stored = self.overrides[number]?.override.revision
        case .subscription(_, let number, let value):
            isRemoval = value == nil
            stored = self.subscriptions[number]?.revision
        }
        return stored == write.expected && !(isRemoval && stored == nil)
    }

    /// Stores one record and returns it with its revision.
    private mutating func apply(_ record: Write.Record, _ revision: Revision) -> Write.Record {
        let record = record.at(revision)
        self.nextNumber = max(self.nextNumber, record.number + 1)
        switch record {
        case .service(_, let number, let value):
            self.services[number] = value
        case .instance(_, let number, let service, let value):
            self.instances[number] = value.map { StoredInstance(service: service, instance: $0) }
        case .tombstone(let key, let number, let value):
            self.tombstones[number] = value.map { StoredTombstone(service: key.service, tombstone: $0) }
        case .override(let key, let number, let value):
            self.overrides[number] = value.map { StoredOverride(key: key, override: $0) }
        case .subscription(_, let number, let value):
            self.subscriptions[number] = value
        }
        return record
    }
}
