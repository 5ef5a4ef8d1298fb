import RegistryCatalog
import RegistryModel
import RegistryTestKit

/// A store that does one thing wrong, to show that the conformance suite notices.
final class FaultyStore: CatalogStore, RecordLog {
    enum Fault: CaseIterable {
        case commitsDespiteConflict
        case recordsChangesOfConflicts
        case losesChanges
        case forgetsEverythingAtRestart
        case givesNumbersOutAgain
        case losesTombstones
        case emitsTwice
        case swapsTheOrder
        case ignoresTheCursor
        case missesTheFirstOfAPage
        case endsPagesEarly
        case ignoresTheActor
        case keepsOneTooFew
        case keepsWhatIsTooOld
        case isNeverWritable
    }

    let store: InMemoryStore
    let fault: Fault

    init(_ store: InMemoryStore, _ fault: Fault) {
        self.store = store
        self.fault = fault
    }

    func reopened() -> FaultyStore {
        FaultyStore(self.fault == .forgetsEverythingAtRestart ? InMemoryStore() : self.store.reopened(), self.fault)
    }

    func load() async throws -> StoredCatalog {
        var stored = try await self.store.load()
        if self.fault == .givesNumbersOutAgain { stored.nextNumber = max(1, stored.nextNumber - 1) }
        if self.fault == .losesTombstones { stored.tombstones = [] }
        return stored
    }

    func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        var group = group
        if self.fault == .losesChanges { group.changes = [] }
        if self.fault == .recordsChangesOfConflicts {
            for index in group.changes.indices { group.changes[index].write = 0 }
        }
        let outcomes = await self.store.commit(group)
        guard self.fault == .commitsDespiteConflict else { return outcomes }
        let revision = self.store.contents.revision
        return outcomes.map { $0 == .conflict ? .committed(revision) : $0 }
    }

    var committed: AsyncStream<CommittedBatch> {
        guard self.fault == .emitsTwice else { return self.store.committed }
        return AsyncStream { continuation in
            // Unstructured, because it feeds a stream; it ends with whoever reads that.
            let task = Task {
                for await batch in self.store.committed {
                    continuation.yield(batch)
                    continuation.yield(batch)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func isWritable() async -> Bool { self.fault != .isNeverWritable }

    func records(matching query: HistoryQuery) async throws -> HistoryPage {
        var query = query
        if self.fault == .swapsTheOrder { query.order = query.order == .ascending ? .descending : .ascending }
        if self.fault == .ignoresTheCursor { query.after = nil }
        if self.fault == .ignoresTheActor { query.actor = nil }
        var page = try await self.store.records(matching: query)
        if self.fault == .missesTheFirstOfAPage, query.after != nil { page.records = Array(page.records.dropFirst()) }
        if self.fault == .endsPagesEarly { page.next = nil }
        return page
    }

    func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        let isTooOldKept = self.fault == .keepsWhatIsTooOld
        let kept = self.fault == .keepsOneTooFew ? count - 1 : count
        try await self.store.trim(olderThan: isTooOldKept ? .epoch : time, keeping: kept)
    }
}
