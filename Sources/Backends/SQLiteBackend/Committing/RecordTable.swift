import GRDB
import RegistryModel

/// A table of records, and the statements that change one row of it if the row is as expected.
struct RecordTable {
    /// ?1 number, ?2 revision, ?3 record, ?4 service. Changes nothing if the row exists.
    private let insertion: RowStatement
    /// ?1 number, ?2 revision, ?3 record, ?4 the revision expected, ?5 service.
    private let update: RowStatement
    /// ?1 number, ?2 the revision expected.
    private let removal: RowStatement

    init(services db: Database) throws { try self.init(db, "services") }

    init(tombstones db: Database) throws { try self.init(db, "tombstones") }

    init(overrides db: Database) throws { try self.init(db, "overrides") }

    init(subscriptions db: Database) throws { try self.init(db, "subscriptions") }

    private init(_ db: Database, _ table: StaticString) throws {
        self.insertion = try RowStatement(
            db, "INSERT INTO \(table) (number, revision, record) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        self.update = try RowStatement(
            db, "UPDATE \(table) SET revision = ?2, record = ?3 WHERE number = ?1 AND revision = ?4")
        self.removal = try RowStatement(db, "DELETE FROM \(table) WHERE number = ?1 AND revision = ?2")
    }

    init(instances db: Database) throws {
        self.insertion = try RowStatement(
            db,
            "INSERT INTO instances (number, revision, record, service) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
        self.update = try RowStatement(
            db, "UPDATE instances SET revision = ?2, record = ?3, service = ?5 WHERE number = ?1 AND revision = ?4")
        self.removal = try RowStatement(db, "DELETE FROM instances WHERE number = ?1 AND revision = ?2")
    }

    /// Inserts the row when it is expected not to exist, else replaces it. Returns whether it was as expected.
    func put(
        _ number: Int64, _ revision: Revision, _ record: UnsafeRawBufferPointer, service: Int64? = nil,
        expected: Revision?
    ) throws -> Bool {
        let statement = expected == nil ? self.insertion : self.update
        statement.bind(1, number)
        statement.bind(2, revision.rawValue)
        if let expected { statement.bind(4, expected.rawValue) }
        if let service { statement.bind(expected == nil ? 4 : 5, service) }
        return try statement.run(3, record) == 1
    }

    /// Removes the row. Returns whether it was as expected; what is expected not to exist cannot be removed.
    func remove(_ number: Int64, expected: Revision?) throws -> Bool {
        guard let expected else { return false }
        self.removal.bind(1, number)
        self.removal.bind(2, expected.rawValue)
        return try self.removal.run() == 1
    }
}
