import GRDB
import RegistryCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database file before it is opened for use: it is made whole, or looked at without changing it.
enum StoreFile {
    /// Makes sure that there is a sound database that this version can use.
    static func prepare(in directory: DataDirectory) throws(StoreError) {
        let path = directory.databasePath
        do {
            if access(path, F_OK) == 0 {
                try self.inspect(path)
            } else if access("\(path)-wal", F_OK) == 0 {
                throw StoreError.damaged(path, "it is missing, though its write-ahead log is there")
            } else {
                try self.create(path, in: directory)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// A new database appears under its name only when it is whole. So an empty file is damage, and not a fresh start.
    private static func create(_ path: String, in directory: DataDirectory) throws {
        let draft = "\(path).new"
        for leftover in [draft, "\(draft)-journal"] { unlink(leftover) }
        // SQLite gives the log the rights of the database.
        let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(systemError: errno, "\(draft) cannot be created") }
        close(descriptor)
        let queue = try DatabaseQueue(path: draft, configuration: Configuration())
        try queue.inDatabase { try Schema.migrate($0) }
        try queue.close()
        guard rename(draft, path) == 0 else { throw StoreError(systemError: errno, "\(path) cannot be created") }
        try directory.synchronize()
    }

    private static func inspect(_ path: String) throws {
        // SQLite would take it for a new database, and delete the log beside it even though it only reads.
        guard try !self.isEmpty(path) else { throw StoreError.damaged(path, "it is empty") }
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { db in
            guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
                throw StoreError.damaged(path, "it is not a database of this program")
            }
            let version = try Schema.version(of: db)
            guard version <= Schema.version else {
                throw StoreError(
                    .newerVersion,
                    "\(path) has version \(version), and this program knows versions up to \(Schema.version); "
                        + "use the newer program that wrote it")
            }
            let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "the check gave no result"
            guard finding == "ok" else { throw StoreError.damaged(path, finding) }
        }
        try queue.close()
    }

    private static func isEmpty(_ path: String) throws -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(systemError: errno, "\(path) cannot be looked at") }
        return status.st_size == 0
    }
}
