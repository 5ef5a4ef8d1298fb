import RegistryCatalog
import RegistryModel

extension InMemoryContents {
    func records(matching query: HistoryQuery) -> HistoryPage {
        var records: [Change] = []
        var last: HistoryCursor?
        let commits = query.order == .ascending ? self.history : self.history.reversed()
        for commit in commits {
            let places = Array(commit.changes.indices)
            for index in query.order == .ascending ? places : places.reversed() {
                let place = HistoryCursor(revision: commit.revision, index: index)
                guard self.follows(place, query), query.matches(commit.changes[index]) else { continue }
                // One more than asked for says that there is a further page.
                if records.count == query.limit { return HistoryPage(records: records, next: last) }
                records.append(commit.changes[index])
                last = place
            }
        }
        return HistoryPage(records: records, next: nil)
    }

    private func follows(_ place: HistoryCursor, _ query: HistoryQuery) -> Bool {
        guard let after = query.after else { return true }
        let here = (place.revision, place.index)
        let there = (after.revision, after.index)
        return query.order == .ascending ? here > there : here < there
    }

    /// Drops commits from the oldest on while they are too old, or while the newer ones alone hold `count` records.
    mutating func trim(olderThan time: Timestamp, keeping count: Int) {
        var total = self.history.reduce(0) { $0 + $1.changes.count }
        while let oldest = self.history.first {
            let isOld = oldest.time < time && oldest.changes.allSatisfy { $0.time < time }
            guard isOld || total - oldest.changes.count >= count else { return }
            total -= oldest.changes.count
            self.history.removeFirst()
        }
    }
}
