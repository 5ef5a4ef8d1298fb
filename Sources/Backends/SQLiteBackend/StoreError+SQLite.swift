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
    /// - Parameter systemError: the system's error right after the failure; SQLite tells a full disk from a broken
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
    ///
    /// The files are asked first, the log before the database: `sqlite3_system_errno` stays what it was when it is a
    /// COMMIT that fails (SQLite 3.40).
    var systemError: Int32 {
        guard let connection = self.sqliteConnection else { return 0 }
        for file in [SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER] {
            let error = self.lastError(of: file, connection)
            if error != 0 { return error }
        }
        return sqlite3_system_errno(connection)
    }

    private func lastError(of file: Int32, _ connection: SQLiteConnection) -> Int32 {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(connection, nil, file, &pointer) == SQLITE_OK, let pointer,
            let methods = pointer.pointee.pMethods
        else { return 0 }
        var error: Int32 = 0
        let code = methods.pointee.xFileControl(pointer, SQLITE_FCNTL_LAST_ERRNO, &error)
        return code == SQLITE_OK ? error : 0
    }
}
