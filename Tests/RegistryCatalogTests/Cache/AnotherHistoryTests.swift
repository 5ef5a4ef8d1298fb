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

    private func catalog(_ store: InMemoryStore) -> (Catalog, InMemoryClusterStore) {
        let link = FakeClusterLink()
        let store = InMemoryClusterStore(store, of: link)
        return (Catalog(store: store, clock: ManualClock(), link: link), store)
    }

    private func names(_ catalog: Catalog) -> [String] {
        catalog.snapshot(of: ServiceKey(name: "payments"))?.instances.map(\.instance.id) ?? []
    }

    @Test("A store of another registry replaces what is shown only once an operator has said so")
    func another() async throws {
        let (shown, _) = try await self.catalogue(Self.shownID, "a", "b")
        let (_, other) = try await self.catalogue(Self.otherID, "c")
        let (catalog, store) = self.catalog(other)
        catalog.show(shown, from: .file, age: .seconds(1))
        #expect(await storeCode { try await catalog.load() } == .readOnly)
        #expect(self.names(catalog) == ["a", "b"])
        #expect(catalog.registryID == Self.shownID)
        #expect(catalog.source == .file)
        #expect(!catalog.followsStore)
        // Nobody is told what is newest by a store whose history this node does not show.
        #expect(await code { try await catalog.catchUp() } == .storeUnavailable)

        try await store.settle(.adopt, keeping: catalog.storedCatalog())
        try await catalog.load()
        #expect(self.names(catalog) == ["c"])
        #expect(catalog.registryID == Self.otherID)
        #expect(catalog.source == .live)
        #expect(catalog.followsStore)
    }

    @Test(
        "What is shown goes before what was known at the start: less than that does not replace it, as much or more does"
    )
    func less() async throws {
        let (shown, same) = try await self.catalogue(Self.shownID, "a", "b")
        let (_, less) = try await self.catalogue(Self.shownID, "a")
        let known = ExpectedHistory(registryID: Self.otherID, revision: Revision(1), isCertain: true)
        let (catalog, _) = self.catalog(less)
        catalog.show(shown, from: .cache, age: .zero)
        #expect(await storeCode { try await catalog.load(expecting: known) } == .readOnly)
        #expect(self.names(catalog) == ["a", "b"])

        let (other, _) = self.catalog(same)
        other.show(shown, from: .cache, age: .zero)
        try await other.load(expecting: known)
        #expect(self.names(other) == ["a", "b"])
    }

    @Test("At a start, where nothing is shown yet, the store is told what the caches know of")
    func known() async throws {
        let (_, store) = try await self.catalogue(Self.shownID, "a")
        let known = ExpectedHistory(registryID: Self.otherID, revision: Revision(1), isCertain: true)
        let (catalog, _) = self.catalog(store)
        #expect(await storeCode { try await catalog.load(expecting: known) } == .readOnly)
        #expect(!catalog.isLoaded)
        try await catalog.load()
        #expect(self.names(catalog) == ["a"])
    }

    @Test(
        "What caches hold: the newest of the node's own registry, which only its file says for certain",
        arguments: [
            ([], nil), ([(.file, "x", 3)], ("x", 3, true)), ([(.redis, "x", 3)], ("x", 3, false)),
            ([(.redis, "x", 4), (.file, "x", 3)], ("x", 4, true)),
            ([(.redis, "x", 2), (.file, "x", 3)], ("x", 3, true)),
            ([(.redis, "y", 9), (.file, "x", 3)], ("x", 3, true)),
        ] as [([(CacheKind, String, Int64)], (String, Int64, Bool)?)])
    func caches(_ cached: [(CacheKind, String, Int64)], _ expected: (String, Int64, Bool)?) {
        let history = ExpectedHistory(
            cached.map { kind, id, revision in
                .init(kind: kind, position: .init(registryID: id, timeline: 0, revision: Revision(revision)))
            })
        #expect(
            history
                == expected.map { ExpectedHistory(registryID: $0, revision: Revision($1), isCertain: $2) })
    }

    @Test("A store contradicts it by less of the same registry, or by another one if it is certain which that is")
    func contradiction() {
        for isCertain in [true, false] {
            let history = ExpectedHistory(registryID: "x", revision: Revision(3), isCertain: isCertain)
            #expect(history.isContradicted(by: "x", Revision(2)))
            #expect(!history.isContradicted(by: "x", Revision(3)))
            #expect(!history.isContradicted(by: "x", Revision(4)))
            #expect(history.isContradicted(by: "y", Revision(4)) == isCertain)
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
