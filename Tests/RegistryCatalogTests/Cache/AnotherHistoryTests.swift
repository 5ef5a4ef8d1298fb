import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RegistryCatalog

/// A node that shows a snapshot, and a store that holds another history than that, or less of it.
@Suite("The store's history beside the one that is shown")
struct AnotherHistoryTests {
    private static let shownID = "0123456789abcdef0123456789abcdef"
    private static let otherID = "fedcba9876543210fedcba9876543210"

    /// What a store of this registry holds once these are registered.
    private func catalogue(_ id: String, _ instances: String...) async throws -> (StoredCatalog, InMemoryStore) {
        let store = InMemoryStore(registryID: id)
        try await withCatalog(store: store) { live in
            for instance in instances { try await live.register(instance) }
        }
        return (store.contents, store.reopened())
    }

    private func catalog(_ store: InMemoryStore, _ link: FakeClusterLink = FakeClusterLink()) -> Catalog {
        Catalog(store: InMemoryClusterStore(store, of: link), clock: ManualClock(), link: link)
    }

    private func names(_ catalog: Catalog) -> [String] {
        catalog.snapshot(of: ServiceKey(name: "payments"))?.instances.map(\.instance.id) ?? []
    }

    @Test("A store of another registry replaces what is shown only once an operator has said so")
    func another() async throws {
        let (shown, _) = try await self.catalogue(Self.shownID, "a", "b")
        let (_, store) = try await self.catalogue(Self.otherID, "c")
        let catalog = self.catalog(store)
        catalog.show(shown, from: .file, age: .seconds(1))
        #expect(await storeCode { try await catalog.load() } == .readOnly)
        #expect(self.names(catalog) == ["a", "b"])
        #expect(catalog.registryID == Self.shownID)
        #expect(catalog.source == .file)
        #expect(!catalog.followsStore)

        catalog.acceptHistory()
        try await catalog.load()
        #expect(self.names(catalog) == ["c"])
        #expect(catalog.registryID == Self.otherID)
        #expect(catalog.source == .live)
        #expect(catalog.followsStore)
    }

    @Test("Less of the same history does not replace it either; as much or more does by itself")
    func less() async throws {
        let (shown, same) = try await self.catalogue(Self.shownID, "a", "b")
        let (_, less) = try await self.catalogue(Self.shownID, "a")
        let catalog = self.catalog(less)
        catalog.show(shown, from: .cache, age: .zero)
        #expect(await storeCode { try await catalog.load() } == .readOnly)
        #expect(self.names(catalog) == ["a", "b"])
        catalog.acceptHistory()
        try await catalog.load()
        #expect(self.names(catalog) == ["a"])

        let other = self.catalog(same)
        other.show(shown, from: .cache, age: .zero)
        try await other.load()
        #expect(self.names(other) == ["a", "b"])
    }

    @Test("Nor does it at a start, where nothing is shown yet and only the caches know of more")
    func known() async throws {
        let (_, store) = try await self.catalogue(Self.shownID, "a")
        let revision = store.contents.revision
        func history(_ kind: CacheKind, _ id: String, _ revision: Revision) -> CachedHistory {
            CachedHistory([.init(kind: kind, position: .init(registryID: id, timeline: 0, revision: revision))])
        }
        let later = Revision(revision.rawValue + 1)
        for (known, isRefused) in [
            (history(.file, Self.shownID, revision), false), (history(.file, Self.shownID, later), true),
            (history(.redis, Self.shownID, later), true), (history(.file, Self.otherID, Revision(1)), true),
            (history(.redis, Self.otherID, later), false), (CachedHistory([]), false),
        ] {
            let catalog = self.catalog(store.reopened())
            let code = await storeCode { try await catalog.load(knowing: known) }
            #expect(code == (isRefused ? .readOnly : nil), "\(known)")
            #expect(catalog.isLoaded != isRefused)
            #expect(catalog.historyObstacle?.code == code)
            guard isRefused else { continue }
            catalog.acceptHistory()
            try await catalog.load(knowing: known)
            #expect(self.names(catalog) == ["a"] && catalog.historyObstacle == nil)
        }
    }

    @Test("Nobody is told what is newest by a store whose history this node does not show")
    func consistent() async throws {
        let (shown, _) = try await self.catalogue(Self.shownID, "a", "b")
        let (_, store) = try await self.catalogue(Self.otherID, "c")
        let catalog = self.catalog(store)
        catalog.show(shown, from: .file, age: .seconds(1))
        #expect(await storeCode { try await catalog.load() } == .readOnly)
        #expect(await code { try await catalog.catchUp() } == .storeUnavailable)
    }

    @Test("A node that follows the store is not told to accept anything: later it would take what nobody settled")
    func following() async throws {
        let (_, store) = try await self.catalogue(Self.shownID, "a")
        let catalog = self.catalog(store)
        try await catalog.load()
        catalog.acceptHistory()
        let accepts = catalog.acceptsAnyHistory.load(ordering: .acquiring)
        #expect(!accepts)
    }

    @Test("What is accepted is taken once, written to and followed from there")
    func goesOn() async throws {
        let (shown, _) = try await self.catalogue(Self.shownID, "a", "b")
        let (_, store) = try await self.catalogue(Self.otherID, "c")
        let link = FakeClusterLink()
        let clock = ManualClock()
        let catalog = Catalog(store: InMemoryClusterStore(store, of: link), clock: clock, link: link)
        catalog.show(shown, from: .file, age: .zero)
        catalog.acceptHistory()
        try await catalog.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await catalog.run() }
            let registration = Sample.registration("payments", id: "d")
            _ = try await catalog.perform(.register(registration), actor: "tester")
            #expect(self.names(catalog) == ["c", "d"])
            catalog.stop()
            try await group.waitForAll()
        }
    }

    @Test("A node that follows a store whose registry becomes another one says so")
    func becomesAnother() async throws {
        let link = FakeClusterLink()
        try await withCatalog(store: InMemoryStore(registryID: Self.shownID), link: link) { live in
            try await live.register("a")
            #expect(live.catalog.registryID == Self.shownID)
            var settled = live.store.contents
            settled.registryID = Self.otherID
            live.store.tellEverything(settled)
            try await eventually { live.catalog.registryID == Self.otherID }
            #expect(live.record("a") != nil)
        }
    }
}

/// Of the store's refusal; nil when there is none.
private func storeCode(_ body: () async throws -> Void) async -> StoreError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? StoreError)?.code
    }
}
