import GRDB

/// The tables, and the way there from every earlier version.
enum Schema {
    /// "Roll" in ASCII, in the file's header: tells our files from other SQLite databases.
    static let applicationID = 0x526F_6C6C

    /// The step at index N leads from version N to N + 1. Files of every version exist: only ever append.
    private static let steps = [
        // Rows are keyed by the numbers that the catalogue hands out, so that new rows are appended, and nothing is
        // indexed besides. The newest row of the history, which is never removed, is also where the revision and the
        // next number are kept: a commit writes it anyway.
        //
        // history: `first` is the place of the commit's first change among all ever recorded, `count` their number,
        // `time` the latest time among them and the commit's, `signature` see CommitSignature.
        """
        CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO meta VALUES ('registry_id', lower(hex(randomblob(16)))), ('probe', '');
        CREATE TABLE services (number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE TABLE instances (
            number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, service INTEGER NOT NULL, record BLOB NOT NULL
        ) STRICT;
        CREATE TABLE tombstones (number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE TABLE history (
            revision INTEGER PRIMARY KEY, time INTEGER NOT NULL, next_number INTEGER NOT NULL, first INTEGER NOT NULL,
            count INTEGER NOT NULL, signature INTEGER NOT NULL, changes BLOB NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE overrides (number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE TABLE subscriptions (number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        """,
    ]

    static var version: Int { self.steps.count }

    /// The version of a file: `PRAGMA user_version`.
    static func version(of db: Database) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }

    /// Brings a file to the newest version, one transaction a step.
    static func migrate(_ db: Database) throws {
        for index in try self.version(of: db)..<self.version {
            try db.inTransaction(.immediate) {
                try db.execute(sql: self.steps[index])
                try db.execute(sql: "PRAGMA application_id = \(self.applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
                return .commit
            }
        }
    }
}
