import Foundation
import GRDB
import GRDBSQLite
import RegistryCatalog

/// An error of the system that some operations on a recorded disk end with.
struct DiskFault: Sendable, CustomStringConvertible {
    /// `ENOSPC`, `EIO` or `EROFS`.
    let error: Int32
    /// The operations that fail, counted from 1.
    let operations: ClosedRange<Int>
    /// Only syncs fail, and SQLite is not told: for tests of the tests.
    var isHidden = false

    func hits(_ operation: Int, isSync: Bool) -> Bool {
        self.operations.contains(operation) && (isSync || !self.isHidden)
    }

    /// The code that SQLite's own VFS gives for it, with the system's error where SQLite looks for it.
    func fail(_ code: ResultCode) -> Int32 {
        errno = self.error
        return self.error == ENOSPC && code == .SQLITE_IOERR_WRITE ? SQLITE_FULL : code.rawValue
    }

    /// What the store has to say.
    var storeCode: StoreError.Code {
        switch self.error {
        case ENOSPC: .full
        case EROFS: .readOnly
        default: .unavailable
        }
    }

    var description: String {
        "\(String(cString: strerror(self.error))) at operations \(self.operations.lowerBound) to "
            + (self.operations.upperBound == .max ? "the end" : "\(self.operations.upperBound)")
    }
}
