import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// One node's store in a test: its digests go into a log that it shares with others, and it writes down what else it is asked.
final class LogStore: ClusterStore {
    struct Asked {
        var reloads = 0
        var reports = 0
        var removed: [[UInt64]] = []
        var compactions: [(age: TimeSpan, applied: Revision)] = []
        var settlements: [(verdict: HistoryVerdict, revision: Revision)] = []
        /// Of the membership that is kept.
        var isWanted: (@Sendable () -> Bool)?
    }

    let memberID: UInt64
    let committed = AsyncStream<CommittedBatch> { $0.finish() }
    private let log: SharedLog
    private let state = Mutex(Asked())
    private let shown = Mutex((obstacle: nil as StoreError?, report: StoreReport(), settling: nil as StoreError?))

    init(_ memberID: UInt64, _ log: SharedLog) {
        self.memberID = memberID
        self.log = log
    }

    /// What it was asked until now.
    var asked: Asked { self.state.withLock { $0 } }

    var isMember: Bool { self.asked.isWanted != nil }

    var obstacle: StoreError? { self.shown.withLock { $0.obstacle } }

    /// From now on something stands against it, which cannot be settled when `settling` says why not.
    func obstruct(_ obstacle: StoreError?, settling: StoreError? = nil) {
        self.shown.withLock { $0 = (obstacle, $0.report, settling) }
    }

    func show(_ report: StoreReport) { self.shown.withLock { $0.report = report } }

    // MARK: ClusterStore

    func newestRevision() async throws(StoreError) -> Revision { .zero }

    func put(_ digest: Digest) async throws(StoreError) { try self.log.put(digest) }

    func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {
        self.log.join(member)
        self.state.withLock { $0.isWanted = isWanted }
        let (forever, source) = AsyncStream<Never>.makeStream()
        for await _ in forever {}
        source.finish()
        self.log.leave(member.id)
    }

    func removeDigests(of writers: [UInt64]) async throws(StoreError) {
        self.state.withLock { $0.removed.append(writers) }
    }

    func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) {
        self.state.withLock { $0.compactions.append((age, applied)) }
    }

    func reload() async {
        self.state.withLock { $0.reloads += 1 }
        self.log.reload(self.memberID)
    }

    func report() async -> StoreReport {
        self.state.withLock { $0.reports += 1 }
        return self.shown.withLock { $0.report }
    }

    func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        if let error = self.shown.withLock({ $0.settling }) { throw error }
        self.state.withLock { $0.settlements.append((verdict, catalog.revision)) }
    }

    // MARK: CatalogStore

    func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog {
        StoredCatalog(
            registryID: "r", revision: .zero, services: [], instances: [], tombstones: [], nextNumber: 1)
    }

    func commit(_ group: CommitGroup) async -> [CommitOutcome] { group.writes.map { _ in .conflict } }

    func isWritable() async -> Bool { true }
}
