import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RollcallServer

@Suite("Snapshots of the running catalogue", .timeLimit(.minutes(2)))
struct CacheKeeperTests {
    @Test("A round saves what has changed, and nothing when nothing has")
    func rounds() async throws {
        try await Subject().run { subject in
            let redis = subject.redis
            #expect(await subject.keeper.round(redis) == nil)
            #expect(redis.saves == 1)
            #expect(await subject.keeper.round(redis) == nil)
            #expect(redis.saves == 1)
            try await subject.register("a")
            #expect(await subject.keeper.round(redis) == nil)
            #expect(redis.saves == 2)
            let saved = try #require(try await redis.load())
            #expect(CatalogRecords(saved.catalog) == CatalogRecords(subject.catalog.storedCatalog()))
            #expect(saved.position.registryID == subject.catalog.registryID)
        }
    }

    @Test("A cache that was emptied or damaged gets the same snapshot again")
    func emptied() async throws {
        try await Subject().run { subject in
            try await subject.register("a")
            for spoil in [{ $0.empty() }, { $0.removePart() }] as [(InMemoryCache) -> Void] {
                #expect(await subject.keeper.round(subject.redis) == nil)
                spoil(subject.redis)
                #expect(await subject.keeper.round(subject.redis) == nil)
                #expect(try await subject.redis.load()?.position.revision == subject.catalog.appliedRevision)
            }
        }
    }

    @Test("A snapshot is of the timeline of its own revision, whatever came about while the cache was asked")
    func settledMeanwhile() async throws {
        // As if every revision were of a history of its own.
        try await Subject(timeline: \.rawValue).run { subject in
            try await subject.register("a")
            let cache = InterruptingCache(inner: subject.redis) { try? await subject.register("b") }
            #expect(await subject.keeper.round(cache) == nil)
            let saved = try #require(try await subject.redis.load())
            #expect(saved.catalog.instances.count == 2)
            #expect(saved.timeline == saved.catalog.revision.rawValue)
        }
    }

    @Test("Another registry's snapshot is left alone")
    func foreign() async throws {
        try await Subject().run { subject in
            _ = try await subject.redis.save(Sample.snapshot(registryID: "other"))
            #expect(await subject.keeper.round(subject.redis)?.code == .foreign)
            #expect(subject.redis.saves == 1)
        }
    }

    @Test("It saves once an interval, to each cache, while the catalogue is live; failures are told once")
    func running() async throws {
        try await Subject().run { subject in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await subject.keeper.run() }
                subject.redis.outage = CacheError(.timedOut, "it does not answer")
                for _ in 0..<3 { try await subject.turn() }
                #expect(subject.redis.saves == 0 && subject.file.saves == 1)
                #expect(subject.log.messages.count == 2, "\(subject.log.messages)")
                #expect(
                    subject.log.messages.contains { $0.contains("cache=Redis") && $0.contains("it does not answer") })
                subject.redis.outage = nil
                for _ in 0..<2 { try await subject.turn() }
                #expect(subject.redis.saves == 1)
                #expect(subject.log.messages.last?.contains("kept again") == true)
                subject.isLive.set(false)
                try await subject.register("a")
                for _ in 0..<2 { try await subject.turn() }
                #expect(subject.redis.saves == 1 && subject.file.saves == 1)
                subject.isLive.set(true)
                try await subject.turn()
                #expect(subject.redis.saves == 2 && subject.file.saves == 2)
                group.cancelAll()
            }
        }
    }

    @Test("A cache that another node writes to at the moment is in no trouble")
    func busy() async throws {
        try await Subject().run { subject in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await subject.keeper.run() }
                try await subject.turn()
                subject.redis.outage = CacheError(.busy, "another node writes")
                let told = subject.log.messages
                try await subject.turn()
                subject.redis.outage = nil
                try await subject.turn()
                #expect(subject.log.messages == told)
                group.cancelAll()
            }
        }
    }

    @Test("Caches are there when Redis is configured, and not otherwise")
    func configured() async throws {
        var configuration = ServerConfiguration()
        #expect(try CatalogCaches(reading: configuration).all.isEmpty)
        configuration.redis.host = "127.0.0.1"
        let caches = try CatalogCaches(reading: configuration)
        #expect(caches.all.map(\.kind) == [.redis, .file])
        await caches.shutDown()
        configuration.redis.usesTLS = true
        configuration.redis.caFile = "/dev/null/ca.pem"
        #expect(throws: ConfigurationError.self) { try CatalogCaches(reading: configuration) }
    }
}

/// A catalogue that runs, and a keeper on a clock turned by hand.
private struct Subject: Sendable {
    let catalog = Catalog(store: InMemoryStore(), clock: SystemClock())
    let clock = ManualClock()
    let redis = InMemoryCache(.redis)
    let file = InMemoryCache(.file)
    let log = LoggedEvents()
    let isLive = Flag()
    let keeper: CacheKeeper

    /// Longer than anything else that sleeps on the clock.
    private static let interval = TimeSpan.seconds(30)

    final class Flag: Sendable {
        private let value = Atomic<Bool>(true)
        func set(_ value: Bool) { self.value.store(value, ordering: .relaxed) }
        var isSet: Bool { self.value.load(ordering: .relaxed) }
    }

    init(timeline: @escaping @Sendable (Revision) -> Int64 = { _ in 0 }) {
        self.keeper = CacheKeeper(
            catalog: self.catalog, caches: [self.redis, self.file], interval: Self.interval,
            isLive: { [isLive] in isLive.isSet }, timeline: timeline, clock: self.clock, logger: self.log.logger)
    }

    func run(_ body: (Subject) async throws -> Void) async throws {
        try await self.catalog.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.catalog.run() }
            try await body(self)
            self.catalog.stop()
            try await group.waitForAll()
        }
    }

    func register(_ id: String) async throws {
        _ = try await self.catalog.perform(.register(Sample.registration(id: id)), actor: "tester")
    }

    /// Lets one interval go by, and what is done in it.
    func turn() async throws {
        await self.clock.waitForSleepers(2)
        self.clock.advance(by: Self.interval)
        await self.clock.waitForSleepers(2)
    }
}

/// A cache beside which something comes about while it is asked what it holds.
private struct InterruptingCache: SharedCache {
    let inner: InMemoryCache
    let interruption: @Sendable () async -> Void

    var kind: CacheKind { self.inner.kind }

    func position() async throws(CacheError) -> SnapshotPosition? { try await self.inner.position() }

    func confirm(_ position: SnapshotPosition) async throws(CacheError) -> Bool {
        await self.interruption()
        return try await self.inner.confirm(position)
    }

    func save(_ snapshot: CatalogSnapshot) async throws(CacheError) -> CacheSaving {
        try await self.inner.save(snapshot)
    }

    func load() async throws(CacheError) -> CatalogSnapshot? { try await self.inner.load() }
}
