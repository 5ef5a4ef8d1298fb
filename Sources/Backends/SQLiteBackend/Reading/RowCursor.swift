import GRDB
import GRDBSQLite
import RegistryCatalog

/// The rows of a query, one after another, read in place. The statement is free for its next use when the cursor goes.
struct RowCursor: ~Copyable {
    private let statement: Statement
    private let connection: SQLiteConnection

    /// - Parameter arguments: parameters ?1, ?2, … in order.
    init(_ db: Database, _ sql: StaticString, _ arguments: Int64...) throws {
        let statement = try db.cachedStatement(sql: "\(sql)")
        guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        self.statement = statement
        self.connection = connection
        for (index, argument) in arguments.enumerated() {
            sqlite3_bind_int64(self.statement.sqliteStatement, Int32(index + 1), argument)
        }
    }

    deinit { sqlite3_reset(self.statement.sqliteStatement) }

    /// Moves to the next row; false when there is none.
    func next() throws -> Bool {
        switch sqlite3_step(self.statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(self.connection)),
                message: String(cString: sqlite3_errmsg(self.connection)))
        }
    }

    /// The integer in column `index`, counted from 0.
    func integer(_ index: Int) -> Int64 { sqlite3_column_int64(self.statement.sqliteStatement, Int32(index)) }

    /// The record in column `index`. The reader's bytes are SQLite's own, and hold until ``next()``.
    func record<Value>(
        _ index: Int, _ body: (inout RecordReader) throws(RecordFault) -> Value
    ) throws(RecordFault) -> Value {
        let start = sqlite3_column_blob(self.statement.sqliteStatement, Int32(index))
        let count = Int(sqlite3_column_bytes(self.statement.sqliteStatement, Int32(index)))
        var reader = try RecordEnvelope.open(UnsafeRawBufferPointer(start: start, count: count))
        return try body(&reader)
    }
}
