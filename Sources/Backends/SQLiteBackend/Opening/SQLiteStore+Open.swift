import GRDB
import RegistryCatalog
import RegistryModel

extension SQLiteStore {
    /// Opens the pool on a database that exists, and makes sure that a commit means what it says.
    static func open(_ path: String, _ configuration: Configuration) throws(StoreError) -> DatabasePool {
        do {
            let pool = try DatabasePool(path: path, configuration: self.connectionConfiguration(configuration))
            try pool.writeWithoutTransaction { db in
                try self.configureWriter(db, configuration)
                try Schema.migrate(db)
            }
            return pool
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func connectionConfiguration(_ configuration: Configuration) -> GRDB.Configuration {
        var result = GRDB.Configuration()
        result.foreignKeysEnabled = false
        result.busyMode = .timeout(Double(configuration.busyTimeout.milliseconds) / 1_000)
        result.maximumReaderCount = configuration.readers
        result.label = "rollcall.store"
        return result
    }

    /// A pool sets `synchronous = NORMAL` when it opens, under which the last commits can be lost with the power. So
    /// the writer is set afterwards, and asked whether it holds.
    private static func configureWriter(_ db: Database, _ configuration: Configuration) throws {
        try db.execute(
            sql: """
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = \(configuration.checkpointPages);
                PRAGMA journal_size_limit = \(configuration.walBytes);
                PRAGMA cache_size = -\(configuration.cacheBytes / 1_024);
                """)
        let full = 2
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == full,
            try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
        else {
            throw StoreError(
                .unavailable,
                "SQLite does not keep to synchronous = FULL with a write-ahead log; commits would not be durable")
        }
    }
}
