import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

/// Nodes that know what they showed before they started, on an etcd that does not hold that.
@Suite("Starting beside an etcd that was emptied or restored while no node ran", .serialized)
struct StartingBesideTests {
    private struct Node {
        let store: EtcdStore
        let catalog: Catalog

        /// - Parameter shown: from its own file.
        init(_ stores: TestStores, shown: StoredCatalog) throws {
            self.store = try stores.launch()
            self.catalog = Catalog(store: self.store, clock: SystemClock(), link: FakeClusterLink())
            self.catalog.show(shown, from: .file, age: .zero)
        }

        func expectRefusal(_ ids: [String]) async throws {
            #expect(try await storeFailure({ try await self.catalog.load() }) == .anotherHistory)
            #expect(self.catalog.source == .file)
            #expect(self.ids == ids)
            #expect(self.store.obstacle == .anotherHistory)
            #expect(await !self.store.isWritable())
        }

        /// As the server does it again and again.
        func waitUntilItFollows() async throws {
            try await eventually {
                try? await self.catalog.load()
                return self.catalog.followsStore
            }
            #expect(self.catalog.source == .live)
            #expect(self.store.obstacle == nil)
            try await eventually { await self.store.isWritable() }
        }

        var ids: [String] {
            self.catalog.snapshot(of: Sample.service().key)?.instances.map(\.instance.id) ?? []
        }
    }

    /// What two nodes of one registry showed, and nobody runs any more.
    private static func withStopped(
        _ body: (NodePair, _ shown: StoredCatalog, _ known: Revision) async throws -> Void
    ) async throws {
        try await NodePair.with { pair in
            let known = try await pair.commit("a")
            let shown = try await pair.first.load()
            await pair.stores.close()
            try await body(pair, shown, known)
        }
    }

    @Test("None makes a registry of its own there, and what one is told, all do", arguments: HistoryVerdict.allCases)
    func emptied(_ verdict: HistoryVerdict) async throws {
        try await Self.withStopped { pair, shown, known in
            try pair.server.empty()
            try pair.server.start()
            let nodes = try (0..<3).map { _ in try Node(pair.stores, shown: shown) }
            for node in nodes { try await node.expectRefusal(["a"]) }
            #expect(try await pair.server.control("get", "--prefix", "--keys-only", pair.first.layout.root).isEmpty)

            try await nodes[0].store.settle(verdict, keeping: nodes[0].catalog.storedCatalog())
            for node in nodes {
                try await node.waitUntilItFollows()
                #expect(node.catalog.registryID == shown.registryID)
                #expect(node.ids == (verdict == .reseed ? ["a"] : []))
                // What clients were told does not go back.
                #expect(node.catalog.appliedRevision > known)
            }
            #expect(Set(nodes.map(\.catalog.appliedRevision)).count == 1)
        }
    }
    @Test("Beside another registry with nodes of its own, adopting is said once too, and those go on")
    func another() async throws {
        try await Self.withStopped { pair, shown, known in
            try pair.server.empty()
            try pair.server.start()
            let other = try await pair.stores.make()
            let seen = Deliveries(other)
            let service = Write(.service(Sample.service().key, number: 1, Sample.service()), expected: nil)
            #expect(await other.commit(TestWrites.group(service)).revision != nil)
            #expect(await other.commit(TestWrites.group(TestWrites.instance("b"))).revision != nil)
            let nodes = try (0..<2).map { _ in try Node(pair.stores, shown: shown) }
            for node in nodes { try await node.expectRefusal(["a"]) }
            #expect(await other.isWritable())

            try await nodes[1].store.settle(.adopt, keeping: nodes[1].catalog.storedCatalog())
            for node in nodes {
                try await node.waitUntilItFollows()
                #expect(node.ids == ["b"])
                #expect(node.catalog.appliedRevision > known)
            }
            try await eventually { seen.batches.last?.revision == nodes[0].catalog.appliedRevision }
            try await eventually { await other.isWritable() }
            #expect(seen.batches.last?.registryID == nodes[0].catalog.registryID)
            #expect(nodes[0].catalog.registryID != shown.registryID)
        }
    }

    @Test("What etcd holds again, a node takes over by itself")
    func comesBack() async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let shown = try await pair.first.load()
            let snapshot = "\(pair.server.directory)/snapshot"
            try await pair.server.control("snapshot", "save", snapshot)
            await pair.stores.close()
            try pair.server.empty()
            try pair.server.start()
            let node = try Node(pair.stores, shown: shown)
            try await node.expectRefusal(["a"])
            try await pair.server.restore(snapshot)
            try pair.server.start()
            try await node.waitUntilItFollows()
            #expect(node.catalog.registryID == shown.registryID)
            #expect(node.catalog.appliedRevision == shown.revision)
            #expect(await node.store.report().timeline == 0)
        }
    }

    @Test(
        "A restored etcd whose own revisions have passed what was shown is found by its newest commit",
        arguments: HistoryVerdict.allCases)
    func outgrown(_ verdict: HistoryVerdict) async throws {
        try await NodePair.with { pair in
            _ = try await pair.commit("a")
            let snapshot = "\(pair.server.directory)/snapshot"
            try await pair.server.control("snapshot", "save", snapshot)
            let known = try await pair.commit("b")
            let shown = try await pair.first.load()
            await pair.stores.close()
            try await pair.server.restore(snapshot)
            try pair.server.start()
            for _ in 0..<20 { try await pair.server.control("put", "/elsewhere", "x") }
            let nodes = try (0..<2).map { _ in try Node(pair.stores, shown: shown) }
            for node in nodes + nodes + nodes { try await node.expectRefusal(["a", "b"]) }
            // Nothing of it waits for the catalogue, however often it is read.
            #expect(nodes.allSatisfy { $0.store.deliveries.count == 0 })
            for node in nodes {
                await node.store.reload()
                #expect(node.store.obstacle == .anotherHistory)
                #expect(node.store.deliveries.count == 0)
            }

            try await nodes[0].store.settle(verdict, keeping: nodes[0].catalog.storedCatalog())
            for node in nodes {
                try await node.waitUntilItFollows()
                #expect(node.ids == (verdict == .reseed ? ["a", "b"] : ["a"]))
                #expect(node.catalog.appliedRevision > known)
            }
        }
    }

    @Test("What is not certain to be this registry's counts only if etcd says that it is")
    func uncertain() async throws {
        try await NodePair.with { pair in
            let known = try await pair.commit("a")
            let id = try await pair.first.load().registryID
            func obstacle(_ id: String, _ revision: Int64, isCertain: Bool) async throws -> StoreError? {
                let expected = ExpectedHistory(registryID: id, revision: Revision(revision), isCertain: isCertain)
                let store = try pair.stores.launch()
                let error = try await storeFailure { _ = try await store.load(expecting: expected) }
                #expect(store.obstacle == error)
                return error
            }
            for isCertain in [true, false] {
                #expect(try await obstacle(id, known.rawValue, isCertain: isCertain) == nil)
                #expect(try await obstacle(id, known.rawValue + 1_000, isCertain: isCertain) == .anotherHistory)
            }
            #expect(try await obstacle("another", 1, isCertain: false) == nil)
            #expect(try await obstacle("another", 1, isCertain: true) == .anotherHistory)
        }
    }

    @Test("A snapshot that is found only after the store was opened counts as well, and can be settled")
    func later() async throws {
        try await Self.withStopped { pair, shown, known in
            try pair.server.empty()
            try pair.server.start()
            let node = try Node(pair.stores, shown: shown)
            try await node.store.open()
            _ = await node.store.watches.wait(for: 1)
            try await node.expectRefusal(["a"])
            try await node.store.settle(.reseed, keeping: node.catalog.storedCatalog())
            try await node.waitUntilItFollows()
            #expect(node.ids == ["a"])
            #expect(node.catalog.registryID == shown.registryID)
            #expect(node.catalog.appliedRevision > known)
        }
    }
}
