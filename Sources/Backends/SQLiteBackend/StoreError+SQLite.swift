import GRDB
import GRDBSQLite
import RegistryCatalog

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension StoreError {
    /// What an error of the operating system means for the store; `what` names what could not be done.
    init(systemError: Int32, _ what: String) {
        let reason = String(cString: strerror(systemError))
        switch systemError {
        case ENOSPC, EDQUOT, EFBIG: self.init(.full, "\(what): \(reason); make room on the disk")
        case EROFS: self.init(.readOnly, "\(what): \(reason); mount the file system for writing")
        case EACCES, EPERM: self.init(.readOnly, "\(what): \(reason); give this process the right to write there")
        default: self.init(.unavailable, "\(what): \(reason)")
        }
    }

    /// What an error of SQLite means for the store.
    ///
    /// - Parameter systemError: `sqlite3_system_errno` right after the failure; SQLite tells a full disk from a broken
    ///   one only for some calls, and leaves the quota and the size limit of a file to this number.
    init(_ error: DatabaseError, systemError: Int32 = 0, path: String) {
        let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self.init(.full, "\(path) cannot grow: \(reason); make room on the disk")
        case .SQLITE_READONLY: self.init(.readOnly, "\(path) cannot be written: \(reason); make it writable")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path, reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "\(path) is locked by another program; close whatever has it open")
        case .SQLITE_MISUSE: self.init(.unavailable, "the store \(path) is closed")
        case .SQLITE_IOERR where systemError != 0, .SQLITE_CANTOPEN where systemError != 0:
            self.init(systemError: systemError, "\(path) cannot be written or read (\(reason))")
        default: self.init(.unavailable, "\(path): \(reason)")
        }
    }

    /// What any error that a database access threw means for the store.
    init(_ error: any Error, systemError: Int32 = 0, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, systemError: systemError, path: path)
        case let fault as RecordFault: self = .damaged(path, "a record cannot be read (\(fault))")
        default: self.init(.unavailable, "\(path): \(error)")
        }
    }

    static func damaged(_ path: String, _ reason: String) -> StoreError {
        StoreError(
            .damaged,
            "\(path) is damaged: \(reason); nothing was changed. Restore a backup of its directory, or move the "
                + "directory away to start with an empty registry")
    }
}

extension Database {
    /// The operating system's error behind the last failure of SQLite; 0 if there was none.
    var systemError: Int32 { self.sqliteConnection.map { sqlite3_system_errno($0) } ?? 0 }
}
