import RegistryCatalog
import RegistryModel

/// What an ``InMemoryStore`` keeps: records, and the history of their commits.
struct InMemoryContents {
    private var records: InMemoryRecords
    var history: [(revision: Revision, time: Timestamp, changes: [Change])] = []

    init(registryID: String) { self.records = InMemoryRecords(registryID: registryID) }

    var stored: StoredCatalog { self.records.stored }

    /// Commits what does not conflict; nil when nothing was committed.
    mutating func commit(
        _ group: CommitGroup, conflicting: (Write) -> Bool
    ) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        let (outcomes, batch) = self.records.commit(group, conflicting: conflicting)
        if let batch { self.history.append((batch.revision, batch.time, batch.changes)) }
        return (outcomes, batch)
    }
}
