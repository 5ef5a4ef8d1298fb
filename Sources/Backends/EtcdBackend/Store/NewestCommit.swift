import RegistryModel

/// The revision of the newest commit, as it can be told from what is stored: the newest of any record, or of a removal. Pure.
///
/// That of `head` it is not: a transaction of which every write conflicted leaves a `head` too, and nodes that watched that have not
/// counted it.
struct NewestCommit {
    private var head: (record: StoredHeadRecord, revision: Int64)?
    /// Of the newest record, and of the newest removal that was noted.
    private var newest: Int64 = 0
    private var removal: Int64 = 0
    /// What the newest transaction was to remove, and which is not there.
    private var removed: Set<String> = []

    /// 0: there is none.
    var headRevision: Int64 { self.head?.revision ?? 0 }

    /// Comes before the records, as it does in the order of keys.
    mutating func take(head record: StoredHeadRecord, revision: Int64) {
        self.head = (record, revision)
        self.removed = Set(record.removals.map(\.key))
    }

    mutating func take(record key: String, revision: Int64) {
        self.newest = max(self.newest, revision)
        self.removed.remove(key)
    }

    mutating func take(removalsAt revisions: [Int64]) { self.removal = revisions.max() ?? 0 }

    func revision(_ timeline: Timeline) -> Revision {
        let newest = max(self.newest, self.removal)
        guard let head else { return timeline.revision(newest) }
        // A transaction that counts as none begins a timeline.
        guard head.record.sequence > 0, newest < head.revision, !self.mayHaveRemoved else {
            return timeline.revision(max(head.revision, newest))
        }
        return max(Revision(head.record.committed), timeline.revision(newest))
    }

    /// Earlier programs note no removals. Then what the newest transaction was to remove, and is gone, was most likely removed by it.
    private var mayHaveRemoved: Bool { self.head?.record.notesRemovals == false && !self.removed.isEmpty }
}
