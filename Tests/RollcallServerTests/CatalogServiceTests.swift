import Logging
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RollcallServer

/// A server that is started while its store is away, on a clock turned by hand.
@Suite("Starting without the store", .timeLimit(.minutes(2)))
struct CatalogServiceTests {
    private let clock = ManualClock()
    private let cache = InMemoryCache(.redis)
    private let store = UnreadableStore()

    /// Runs the service for as long as `body` takes.
    private func run(outage: CacheError? = nil, _ body: (Catalog) async throws -> Void) async throws {
        _ = try await self.cache.save(Sample.snapshot())
        self.cache.outage = outage
        let catalog = Catalog(store: self.store, clock: self.clock, link: FakeClusterLink())
        let service = CatalogService(
            catalog: catalog, caches: CacheReader([self.cache]), clock: self.clock, logger: LoggedEvents().logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await body(catalog)
            group.cancelAll()
        }
    }

    /// Turns the clock, in steps shorter than any pause, until the store has failed to be read so often.
    private func fail(times: Int) async throws {
        try await eventually("the store was read \(times) times") {
            self.clock.advance(by: .milliseconds(100))
            return self.store.loads >= times
        }
    }

    @Test("A snapshot is shown with the first failure")
    func atOnce() async throws {
        try await self.run { catalog in
            try await eventually { catalog.isLoaded }
            #expect(catalog.source == .cache)
            #expect(self.store.loads == 1)
            #expect(catalog.snapshot(of: Sample.service().key) != nil)
        }
    }

    @Test(
        "A cache that was not there either is asked again after every fifth failure, and not in between",
        arguments: [(back: 2, shown: 6), (7, 11)])
    func askedAgain(back: Int, shown: Int) async throws {
        try await self.run(outage: CacheError(.timedOut, "it does not answer")) { catalog in
            try await self.fail(times: back)
            self.cache.outage = nil
            try await self.fail(times: shown - 1)
            #expect(!catalog.isLoaded)
            try await self.fail(times: shown)
            try await eventually { catalog.isLoaded }
            #expect(catalog.source == .cache)
        }
    }
}

/// A store that others share, and that cannot be read.
private final class UnreadableStore: ClusterStore {
    private static let away = StoreError(.unavailable, "etcd does not answer")
    private let read = Atomic<Int>(0)

    /// How often it was tried.
    var loads: Int { self.read.load(ordering: .relaxed) }

    let memberID: UInt64 = 1
    let committed = AsyncStream<CommittedBatch> { $0.finish() }

    func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog {
        self.read.add(1, ordering: .relaxed)
        throw Self.away
    }

    func commit(_ group: CommitGroup) async -> [CommitOutcome] { group.writes.map { _ in .unavailable(Self.away) } }
    func isWritable() async -> Bool { false }
    func newestRevision() async throws(StoreError) -> Revision { throw Self.away }
    func put(_ digest: Digest) async throws(StoreError) { throw Self.away }
    func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {}
    func removeDigests(of writers: [UInt64]) async throws(StoreError) { throw Self.away }
    func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) { throw Self.away }
    func reload() async {}
    func report() async -> StoreReport { StoreReport() }
    func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) { throw Self.away }
}
