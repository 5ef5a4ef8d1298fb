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
    /// How many commits one step removes at most.
    let commits: Int

    /// One transaction. Returns whether another step may find more.
    func step(_ db: Database) throws -> Bool {
        var isFull = false
        try db.inTransaction(.immediate) {
            let newest = try StorePosition(of: db)
            let (removed, last) = try self.find(db, newest)
            if let last {
                try db.execute(sql: "DELETE FROM history WHERE revision <= ?", arguments: [last])
                isFull = removed == self.commits
            }
            return .commit
        }
        if !isFull { try self.emptyNewest(db) }
        return isFull
    }

    /// How many commits go now, and the last of them.
    private func find(_ db: Database, _ newest: StorePosition) throws -> (removed: Int, last: Int64?) {
        var removed = 0
        var last: Int64?
        let rows = try RowCursor(
            db, "SELECT revision, time, first + count FROM history WHERE revision < ?1 ORDER BY revision LIMIT ?2",
            newest.revision.rawValue, Int64(self.commits))
        while try rows.next() {
            guard rows.integer(1) < self.time.milliseconds || newest.recorded - rows.integer(2) >= Int64(self.count)
            else {
                break
            }
            last = rows.integer(0)
            removed += 1
        }
        return (removed, last)
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
