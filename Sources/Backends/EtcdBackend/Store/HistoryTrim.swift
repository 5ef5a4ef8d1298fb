import RegistryModel

/// What of the history is to be forgotten: whole commits from the oldest on, until one is neither too old nor one too many.
struct HistoryTrim {
    struct Entry: Hashable {
        let key: TrailKey
        /// Of its commit.
        let revision: Int64
    }

    /// Commits before this time go.
    let time: Timestamp
    /// Commits go while those after them alone hold this many changes.
    let count: Int

    func keys(of entries: [Entry]) -> [TrailKey] {
        let commits = Dictionary(grouping: entries, by: \.revision).sorted { $0.key < $1.key }
        var remaining = entries.reduce(0) { $0 + $1.key.changes }
        var trimmed: [TrailKey] = []
        for (_, entries) in commits {
            let changes = entries.reduce(0) { $0 + $1.key.changes }
            let isOld = entries.allSatisfy { $0.key.time < self.time }
            guard isOld || remaining - changes >= self.count else { break }
            remaining -= changes
            trimmed += entries.map(\.key)
        }
        return trimmed
    }
}
