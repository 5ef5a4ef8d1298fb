import GRDB
import RegistryModel

/// Forgets commits from the oldest on, until one is neither too old nor one too many.
///
/// The newest row stays, for it says where the store stands; of it only the changes can be forgotten.
struct HistoryTrim: Sendable {
    /// Commits before this time go.
    let time: Timestamp
    /// Commits go while those after them alone hold this many changes.
    let count: Int
    /// One step ends once it has removed this many commits, or changes.
    let limits: SQLiteStore.HistoryLimits

    /// One transaction. Returns whether another step may find more.
    func step(_ db: Database) throws -> Bool {
        var isFull = false
        try db.inTransaction(.immediate) {
            let newest = try StorePosition(of: db)
            let last: Int64?
            (last, isFull) = try self.find(db, newest)
            guard let last else { return .rollback }
            try db.execute(sql: "DELETE FROM history WHERE revision <= ?", arguments: [last])
            return .commit
        }
        if !isFull { try self.emptyNewest(db) }
        return isFull
    }

    /// The last commit that goes now, and whether those up to there are as many as one step removes.
    private func find(_ db: Database, _ newest: StorePosition) throws -> (last: Int64?, isFull: Bool) {
        var commits = 0
        var changes = 0
        var last: Int64?
        let rows = try RowCursor(
            db, "SELECT revision, time, first + count, count FROM history WHERE revision < ?1 ORDER BY revision",
            newest.revision.rawValue)
        while try rows.next() {
            let isOld = rows.integer(1) < self.time.milliseconds
            let newer = newest.recorded - rows.integer(2)
            guard isOld || newer >= Int64(self.count) else { break }
            last = rows.integer(0)
            commits += 1
            changes += Int(rows.integer(3))
            if commits >= self.limits.commits || changes >= self.limits.changes { return (last, true) }
        }
        return (last, false)
    }

    /// Forgets the changes of the newest commit if it is too old, or if none are to be kept.
    private func emptyNewest(_ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE history SET first = first + count, count = 0, changes = X''
                WHERE revision = (SELECT max(revision) FROM history) AND revision = (SELECT min(revision) FROM history)
                AND count > 0 AND (time < ? OR ? <= 0)
                """, arguments: [self.time.milliseconds, self.count])
    }
}
