import RegistryCatalog
import RegistryModel

/// A store that stands before another one, and does what that does but where it says otherwise.
protocol ForwardingStore: ClusterStore {
    var store: any ClusterStore { get }
}

extension ForwardingStore {
    var committed: AsyncStream<CommittedBatch> { self.store.committed }
    func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog {
        try await self.store.load(expecting: expected)
    }
    func commit(_ group: CommitGroup) async -> [CommitOutcome] { await self.store.commit(group) }
    func isWritable() async -> Bool { await self.store.isWritable() }
    func reserveNumbers() async throws(StoreError) -> Range<Int64> { try await self.store.reserveNumbers() }

    var memberID: UInt64 { self.store.memberID }
    var obstacle: StoreError? { self.store.obstacle }
    func newestRevision() async throws(StoreError) -> Revision { try await self.store.newestRevision() }
    func put(_ digest: Digest) async throws(StoreError) { try await self.store.put(digest) }

    func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {
        await self.store.keepMember(member, isWanted: isWanted)
    }

    func removeDigests(of writers: [UInt64]) async throws(StoreError) {
        try await self.store.removeDigests(of: writers)
    }

    func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) {
        try await self.store.compact(olderThan: age, applied: applied)
    }

    func reload() async { await self.store.reload() }
    func report() async -> StoreReport { await self.store.report() }

    func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        try await self.store.settle(verdict, keeping: catalog)
    }
}
