import RegistryCatalog
import RegistryModel

/// What an ``InMemoryStore`` keeps: a store's contract in its plainest form, without I/O.
struct InMemoryContents {
    var registryID: String
    var revision = Revision.zero
    var nextNumber: Int64 = 1
    var services: [Int64: Service] = [:]
    var instances: [Int64: StoredInstance] = [:]
    var tombstones: [Int64: StoredTombstone] = [:]
    var history: [(revision: Revision, time: Timestamp, changes: [Change])] = []

    var stored: StoredCatalog {
        StoredCatalog(
            registryID: self.registryID, revision: self.revision, services: Array(self.services.values),
            instances: Array(self.instances.values), tombstones: Array(self.tombstones.values),
            nextNumber: self.nextNumber)
    }

    /// Commits what does not conflict; nil when nothing was committed.
    mutating func commit(
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
        self.history.append((revision, group.time, changes))
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
        }
        return stored == write.expected && !(isRemoval && stored == nil)
    }

    /// Stores one record and returns it with its revision.
    private mutating func apply(_ record: Write.Record, _ revision: Revision) -> Write.Record {
        switch record {
        case .service(let key, let number, var value):
            value?.revision = revision
            self.services[number] = value
            self.nextNumber = max(self.nextNumber, number + 1)
            return .service(key, number: number, value)
        case .instance(let key, let number, let service, var value):
            value?.revision = revision
            self.instances[number] = value.map { StoredInstance(service: service, instance: $0) }
            self.nextNumber = max(self.nextNumber, number + 1)
            return .instance(key, number: number, service: service, value)
        case .tombstone(let key, let number, var value):
            value?.revision = revision
            self.tombstones[number] = value.map { StoredTombstone(service: key.service, tombstone: $0) }
            self.nextNumber = max(self.nextNumber, number + 1)
            return .tombstone(key, number: number, value)
        }
    }
}
