import GRDB
import RegistryCatalog
import RegistryModel

/// One page of the history: looks through commits in the order asked for, and ends after a bounded amount of work.
struct HistoryScan {
    /// Above the index of any record in its commit.
    private static let endOfCommit = Int(Int32.max)

    private let query: HistoryQuery
    private let isAscending: Bool
    private let limits: SQLiteStore.HistoryLimits
    private var records: [Change] = []
    private var last: HistoryCursor?

    init(_ query: HistoryQuery, limits: SQLiteStore.HistoryLimits) {
        self.query = query
        self.isAscending = query.order == .ascending
        self.limits = limits
    }

    mutating func page(_ db: Database) throws -> HistoryPage {
        guard let bounds = try self.bounds(db) else { return HistoryPage(records: [], next: nil) }
        let span = Int64(self.limits.commits)
        let window =
            self.isAscending
            ? bounds.lowerBound...min(bounds.upperBound, bounds.lowerBound + span - 1)
            : max(bounds.lowerBound, bounds.upperBound - span + 1)...bounds.upperBound
        let rows = try self.rows(db, window)
        var read = 0
        while try rows.next() {
            let revision = Revision(rows.integer(0))
            let time = Timestamp(milliseconds: rows.integer(1))
            let changes = try rows.record(2) { reader throws(RecordFault) in
                try CommitRecord.read(from: &reader, revision: revision, time: time)
            }
            if self.take(changes, of: revision) { return HistoryPage(records: self.records, next: self.last) }
            read += changes.count
            if read >= self.limits.changes { return self.page(endingAfter: revision.rawValue, bounds) }
        }
        return self.page(endingAfter: self.isAscending ? window.upperBound : window.lowerBound, bounds)
    }

    /// The revisions that may hold what is asked for and was not on an earlier page; nil if there are none.
    private func bounds(_ db: Database) throws -> ClosedRange<Int64>? {
        let ends = try RowCursor(db, "SELECT (SELECT min(revision) FROM history), (SELECT max(revision) FROM history)")
        var lower: Int64 = 0
        var upper: Int64 = 0
        while try ends.next() {
            lower = ends.integer(0)
            upper = ends.integer(1)
        }
        if let since = self.query.sinceRevision { lower = max(lower, since.rawValue) }
        if let until = self.query.untilRevision { upper = min(upper, until.rawValue) }
        if let after = self.query.after {
            let revision = min(max(after.revision, .zero), .max).rawValue
            // A commit that was taken whole is not looked at again: each page gets further, however narrow its window.
            if self.isAscending {
                lower = max(lower, after.index == Self.endOfCommit ? revision + 1 : revision)
            } else {
                upper = min(upper, after.index == 0 ? revision - 1 : revision)
            }
        }
        return lower <= upper ? lower...upper : nil
    }

    /// Commits whose signature has every bit of what is asked for, and that are not older than asked for.
    private func rows(_ db: Database, _ window: ClosedRange<Int64>) throws -> RowCursor {
        let signature = Int64(bitPattern: CommitSignature(wantedBy: self.query).bits)
        let since = self.query.sinceTime?.milliseconds ?? Int64.min
        let sql: StaticString =
            self.isAscending
            ? """
            SELECT revision, time, changes FROM history WHERE revision BETWEEN ?1 AND ?2
            AND signature & ?3 = ?3 AND time >= ?4 AND count > 0 ORDER BY revision ASC
            """
            : """
            SELECT revision, time, changes FROM history WHERE revision BETWEEN ?1 AND ?2
            AND signature & ?3 = ?3 AND time >= ?4 AND count > 0 ORDER BY revision DESC
            """
        return try RowCursor(db, sql, window.lowerBound, window.upperBound, signature, since)
    }

    /// Takes the records of one commit that fit. True when there is one more than the page holds: then the page is
    /// full, and another follows.
    private mutating func take(_ changes: [Change], of revision: Revision) -> Bool {
        for step in changes.indices {
            let index = self.isAscending ? step : changes.count - 1 - step
            let place = HistoryCursor(revision: revision, index: index)
            guard self.follows(place), self.query.matches(changes[index]) else { continue }
            if self.records.count == self.query.limit { return true }
            self.records.append(changes[index])
            self.last = place
        }
        return false
    }

    private func follows(_ place: HistoryCursor) -> Bool {
        guard let after = self.query.after else { return true }
        let here = (place.revision, place.index)
        let there = (after.revision, after.index)
        return self.isAscending ? here > there : here < there
    }

    /// A page that is not full, and goes on behind commit `revision` unless that is the last one in question.
    private func page(endingAfter revision: Int64, _ bounds: ClosedRange<Int64>) -> HistoryPage {
        let isLast = revision == (self.isAscending ? bounds.upperBound : bounds.lowerBound)
        let end = HistoryCursor(revision: Revision(revision), index: self.isAscending ? Self.endOfCommit : 0)
        return HistoryPage(records: self.records, next: isLast ? nil : end)
    }
}
