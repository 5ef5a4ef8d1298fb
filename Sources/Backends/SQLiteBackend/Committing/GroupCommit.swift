import GRDB
import RegistryCatalog
import RegistryModel

/// One group of writes within a transaction that is open.
///
/// Every statement carries the revision that its write expects, so SQLite finds a conflict with the same search that
/// finds the row, and nothing of the tables is kept in memory.
struct GroupCommit: ~Copyable {
    private let db: Database
    private let revision: Revision
    private let services: RecordTable
    private let instances: RecordTable
    private let tombstones: RecordTable
    private let overrides: RecordTable
    private let subscriptions: RecordTable
    private var writer = RecordWriter()
    private(set) var position: StorePosition
    private(set) var outcomes: [CommitOutcome] = []
    private var records: [Write.Record] = []

    init(_ db: Database, after position: StorePosition) throws {
        let tables = (
            try RecordTable(services: db), try RecordTable(instances: db), try RecordTable(tombstones: db),
            try RecordTable(overrides: db), try RecordTable(subscriptions: db)
        )
        (self.services, self.instances, self.tombstones, self.overrides, self.subscriptions) = tables
        self.db = db
        self.position = position
        self.revision = position.revision.next
    }

    /// Makes the writes that do not conflict, and records their changes. Nil when none was made: then nothing is to be
    /// committed.
    mutating func perform(_ group: CommitGroup) throws -> CommittedBatch? {
        self.outcomes.reserveCapacity(group.writes.count)
        self.records.reserveCapacity(group.writes.count)
        for write in group.writes {
            let record = write.record.at(self.revision)
            guard try self.store(record, expected: write.expected) else {
                self.outcomes.append(.conflict)
                continue
            }
            self.outcomes.append(.committed(self.revision))
            self.position.nextNumber = max(self.position.nextNumber, record.number + 1)
            self.records.append(record)
        }
        guard !self.records.isEmpty else { return nil }
        let changes = self.changes(of: group)
        self.position.revision = self.revision
        try self.record(changes, at: group.time)
        self.position.recorded += Int64(changes.count)
        return CommittedBatch(revision: self.revision, time: group.time, records: self.records, changes: changes)
    }

    /// Stores or removes one row. Returns whether it was as expected.
    private mutating func store(_ record: Write.Record, expected: Revision?) throws -> Bool {
        switch record {
        case .service(_, let number, let value?):
            self.writer.seal { value.write(to: &$0) }
            return try self.services.put(number, self.revision, self.writer.bytes, expected: expected)
        case .service(_, let number, nil):
            return try self.services.remove(number, expected: expected)
        case .instance(_, let number, let service, let value?):
            self.writer.seal { value.write(to: &$0) }
            return try self.instances.put(
                number, self.revision, self.writer.bytes, service: service, expected: expected)
        case .instance(_, let number, _, nil):
            return try self.instances.remove(number, expected: expected)
        case .tombstone(let key, let number, let value?):
            self.writer.seal { StoredTombstone(service: key.service, tombstone: value).write(to: &$0) }
            return try self.tombstones.put(number, self.revision, self.writer.bytes, expected: expected)
        case .tombstone(_, let number, nil):
            return try self.tombstones.remove(number, expected: expected)
        case .override(let key, let number, let value?):
            self.writer.seal { StoredOverride(key: key, override: value).write(to: &$0) }
            return try self.overrides.put(number, self.revision, self.writer.bytes, expected: expected)
        case .override(_, let number, nil):
            return try self.overrides.remove(number, expected: expected)
        case .subscription(_, let number, let value?):
            self.writer.seal { value.write(to: &$0) }
            return try self.subscriptions.put(number, self.revision, self.writer.bytes, expected: expected)
        case .subscription(_, let number, nil):
            return try self.subscriptions.remove(number, expected: expected)
        }
    }

    private func changes(of group: CommitGroup) -> [Change] {
        var changes: [Change] = []
        changes.reserveCapacity(group.changes.count)
        for recorded in group.changes where self.outcomes[recorded.write] == .committed(self.revision) {
            var change = recorded.change
            change.revision = self.revision
            changes.append(change)
        }
        return changes
    }

    private mutating func record(_ changes: [Change], at time: Timestamp) throws {
        let latest = changes.reduce(time) { max($0, $1.time) }
        self.writer.seal { CommitRecord.write(changes, time: latest, to: &$0) }
        let statement = try RowStatement(self.db, "INSERT INTO history VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        statement.bind(1, self.revision.rawValue)
        statement.bind(2, latest.milliseconds)
        statement.bind(3, self.position.nextNumber)
        statement.bind(4, self.position.recorded)
        statement.bind(5, Int64(changes.count))
        statement.bind(6, Int64(bitPattern: CommitSignature(of: changes).bits))
        _ = try statement.run(7, self.writer.bytes)
    }
}
