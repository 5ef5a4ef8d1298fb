import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// A store as others share it, whose only node is the test's: what the others do, the test says.
final class SharedStore: ClusterStore {
    private struct State {
        /// Of another node; nil: what this one committed is the newest.
        var newest: Revision?
        var failure: StoreError?
        var obstacle: StoreError?
        var report = StoreReport()
        var settlements: [(verdict: HistoryVerdict, catalog: StoredCatalog)] = []
        var digests: [Digest] = []
        var refusal: StoreError?
        var timeout = TimeSpan.minutes(1)
    }

    let memberID: UInt64 = 0xAB
    private let inner: InMemoryStore
    private let state = Mutex(State())

    init(_ inner: InMemoryStore) { self.inner = inner }

    // MARK: What tests ask for

    /// What the store says is the newest commit, or why it does not say.
    func answer(newest: Revision?, failure: StoreError? = nil) {
        self.state.withLock { ($0.newest, $0.failure) = (newest, failure) }
    }

    func show(_ report: StoreReport, obstacle: StoreError? = nil) {
        self.state.withLock { ($0.report, $0.obstacle) = (report, obstacle) }
    }

    /// What is stored at this moment.
    var contents: StoredCatalog { self.inner.contents }

    var settlements: [(verdict: HistoryVerdict, catalog: StoredCatalog)] { self.state.withLock { $0.settlements } }

    /// While it is set no digest is taken.
    func refuse(_ error: StoreError?) { self.state.withLock { $0.refusal = error } }

    var digests: [Digest] { self.state.withLock { $0.digests } }

    /// How long the node waits for the confirmation of a beat.
    var timeout: TimeSpan {
        get { self.state.withLock { $0.timeout } }
        set { self.state.withLock { $0.timeout = newValue } }
    }

    // MARK: ClusterStore

    func newestRevision() async throws(StoreError) -> Revision {
        let (newest, failure) = self.state.withLock { ($0.newest, $0.failure) }
        if let failure { throw failure }
        return newest ?? self.inner.contents.revision
    }

    func put(_ digest: Digest) async throws(StoreError) {
        let (refusal, position): (StoreError?, Int) = self.state.withLock { state in
            if state.refusal == nil { state.digests.append(digest) }
            return (state.refusal, state.digests.count)
        }
        if let refusal { throw refusal }
        self.inner.tell([.digest(digest, position: Int64(position))])
    }

    func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {}
    func removeDigests(of writers: [UInt64]) async throws(StoreError) {}
    func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) {}
    func reload() async {}

    var obstacle: StoreError? { self.state.withLock { $0.obstacle } }

    func report() async -> StoreReport {
        self.state.withLock { state in
            var report = state.report
            report.obstacle = state.obstacle
            return report
        }
    }

    func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        self.state.withLock { state in
            state.settlements.append((verdict, catalog))
            state.obstacle = nil
        }
    }

    // MARK: CatalogStore

    var committed: AsyncStream<CommittedBatch> { self.inner.committed }
    func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog { try await self.inner.load() }
    func commit(_ group: CommitGroup) async -> [CommitOutcome] { await self.inner.commit(group) }
    func isWritable() async -> Bool { await self.inner.isWritable() }

    func reserveNumbers() async throws(StoreError) -> Range<Int64> { 1_000_000..<2_000_000 }
}
