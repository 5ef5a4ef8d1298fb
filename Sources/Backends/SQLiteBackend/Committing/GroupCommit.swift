import GRDB
import RegistryCatalog
import RegistryModel

/// The place where the store stands: what the newest row of the history says.
struct StorePosition: Hashable, Sendable {
    var revision = Revision.zero
    /// Above every number ever given to a row.
    var nextNumber: Int64 = 1
    /// How many changes were ever recorded.
    var recorded: Int64 = 0
}

/// One group of writes within a transaction that is open.
///
/// Every statement carries the revision that its write expects, so SQLite finds a conflict with the same search that finds
/// the row, and nothing of the table is kept in memory.
struct GroupCommit {
    private let db: Database
    private let revision: Revision
    private var writer = RecordWriter()
    private(set) var position: StorePosition
    private(set) var outcomes: [CommitOutcome] = []
    private var records: [Write.Record] = []

    init(_ db: Database, after position: StorePosition) {
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
            let done = try self.perform(write)
            self.outcomes.append(done ? .committed(self.revision) : .conflict)
        }
        guard !self.records.isEmpty else { return nil }
        let changes = self.changes(of: group)
        self.position.revision = self.revision
        try self.record(changes, at: group.time)
        self.position.recorded += Int64(changes.count)
        return CommittedBatch(revision: self.revision, time: group.time, records: self.records, changes: changes)
    }

    private mutating func perform(_ write: Write) throws -> Bool {
        let number: Int64
        let done: Bool
        let record: Write.Record
        switch write.record {
        case .service(let key, let row, var value):
            number = row
            value?.revision = self.revision
            if let value { self.writer.seal { value.write(to: &$0) } }
            done = try self.store(.services, row, hasValue: value != nil, expected: write.expected)
            record = .service(key, number: row, value)
        case .instance(let key, let row, let service, var value):
            number = row
            value?.revision = self.revision
            if let value { self.writer.seal { value.write(to: &$0) } }
            done = try self.store(.instances, row, hasValue: value != nil, expected: write.expected, service: service)
            record = .instance(key, number: row, service: service, value)
        case .tombstone(let key, let row, var value):
            number = row
            value?.revision = self.revision
            if let value {
                let stored = StoredTombstone(service: key.service, tombstone: value)
                self.writer.seal { stored.write(to: &$0) }
            }
            done = try self.store(.tombstones, row, hasValue: value != nil, expected: write.expected)
            record = .tombstone(key, number: row, value)
        }
        guard done else { return false }
        self.records.append(record)
        self.position.nextNumber = max(self.position.nextNumber, number + 1)
        return true
    }

    /// Stores what the writer holds, or removes the row; whether the row was as expected.
    private func store(
        _ table: RecordTable, _ number: Int64, hasValue: Bool, expected: Revision?, service: Int64? = nil
    ) throws -> Bool {
        switch (hasValue, expected) {
        case (true, nil):
            let statement = try RowStatement(self.db, table.insertion)
            statement.bind(1, number)
            statement.bind(2, self.revision.rawValue)
            if let service { statement.bind(4, service) }
            return try statement.run(3, self.writer.bytes) == 1
        case (true, let expected?):
            let statement = try RowStatement(self.db, table.update)
            statement.bind(1, number)
            statement.bind(2, self.revision.rawValue)
            statement.bind(4, expected.rawValue)
            if let service { statement.bind(5, service) }
            return try statement.run(3, self.writer.bytes) == 1
        case (false, let expected?):
            let statement = try RowStatement(self.db, table.removal)
            statement.bind(1, number)
            statement.bind(2, expected.rawValue)
            return try statement.run() == 1
        case (false, nil):
            return false
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
