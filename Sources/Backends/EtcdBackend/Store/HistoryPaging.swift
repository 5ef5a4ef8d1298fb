import RegistryCatalog
import RegistryModel

/// One page of the history, put together from commits that are given to it in the order asked for.
struct HistoryPaging {
    /// Above the index of any record in its commit.
    private static let endOfCommit = Int(Int32.max)

    private let query: HistoryQuery
    private var records: [Change] = []
    private var last: HistoryCursor?
    /// The commit that was looked at last.
    private var position: Revision?

    init(_ query: HistoryQuery) { self.query = query }

    private var isAscending: Bool { self.query.order == .ascending }

    /// The revisions that may hold what is asked for and was not on an earlier page; nil if there are none.
    var bounds: ClosedRange<Revision>? {
        var lower = self.query.sinceRevision ?? .zero
        var upper = self.query.untilRevision ?? .max
        if let after = self.query.after {
            // A commit that was taken whole is not looked at again: each page gets further.
            if self.isAscending {
                lower = max(lower, after.index == Self.endOfCommit ? after.revision.next : after.revision)
            } else {
                upper = min(upper, after.index == 0 ? Revision(after.revision.rawValue - 1) : after.revision)
            }
        }
        if let position {
            if self.isAscending {
                lower = max(lower, position.next)
            } else {
                upper = min(upper, Revision(position.rawValue - 1))
            }
        }
        return lower <= upper ? lower...upper : nil
    }

    /// Takes the records of one commit that fit. Returns the page when it is full and there is one more.
    mutating func take(_ changes: [Change], of revision: Revision) -> HistoryPage? {
        self.position = revision
        for step in changes.indices {
            let index = self.isAscending ? step : changes.count - 1 - step
            let place = HistoryCursor(revision: revision, index: index)
            guard self.follows(place), self.query.matches(changes[index]) else { continue }
            if self.records.count == self.query.limit { return HistoryPage(records: self.records, next: self.last) }
            self.records.append(changes[index])
            self.last = place
        }
        return nil
    }

    /// The page when nothing more is read.
    ///
    /// - Parameter isComplete: there is nothing more; else the next page goes on behind what was looked at last.
    func page(isComplete: Bool) -> HistoryPage {
        guard !isComplete, let position else { return HistoryPage(records: self.records, next: nil) }
        let end = HistoryCursor(revision: position, index: self.isAscending ? Self.endOfCommit : 0)
        return HistoryPage(records: self.records, next: end)
    }

    private func follows(_ place: HistoryCursor) -> Bool {
        guard let after = self.query.after else { return true }
        let here = (place.revision, place.index)
        let there = (after.revision, after.index)
        return self.isAscending ? here > there : here < there
    }
}
