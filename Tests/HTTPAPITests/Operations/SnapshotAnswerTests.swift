import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

/// A node that has started without its store answers from a snapshot, which may be older than what it is asked for.
@Suite("A node that shows a snapshot, over a socket")
struct SnapshotAnswerTests {
    private static let absent = [
        "/v1/services/none", "/v1/services/none?index=1&wait=10ms", "/v1/services/none/health",
        "/v1/services/none/instances", "/v1/services/none/instances/a", "/v1/services/none/select",
        "/v1/services/none/explain", "/v1/services/nobody/subscribers", "/v1/services/payments/instances/a",
        "/v1/services/payments/instances/a/health", "/v1/subscriptions/none",
    ]

    @Test(arguments: [CatalogSource.cache, .file])
    func whatIsNotInItMayBeThereAllTheSame(source: CatalogSource) async throws {
        let earlier = InMemoryStore(registryID: TestServer.registryID)
        try await TestServer.run {
            $0.store = earlier
        } _: {
            try await $0.register()
        }
        let inner = earlier.reopened()
        try await TestServer.run {
            $0.store = inner
            $0.shared = SharedStore(inner)
            $0.loads = false
        } _: { server in
            server.catalog.show(inner.contents, from: source, age: .seconds(3))
            let known = try await server.get("/v1/services/payments")
            #expect(known.status == 200)
            #expect(known["rollcall-source"] == source.description)
            for path in Self.absent {
                let reply = try await server.get(path)
                #expect(reply.status == 503, "\(path)")
                #expect(reply.code == "store_unavailable", "\(path)")
                #expect(reply["retry-after"] != nil, "\(path)")
                #expect(reply["rollcall-source"] == source.description, "\(path)")
            }
            // A list is what the snapshot has, and says that it is one.
            let list = try await server.get("/v1/services?prefix=none")
            #expect(list.status == 200)
            #expect(list.json["services"].array.isEmpty)
            #expect(list["rollcall-source"] == source.description)

            try await server.catalog.load()
            for path in Self.absent { #expect(try await server.get(path).status == 404, "\(path)") }
        }
    }

    @Test func whatANodeThatMayNotFollowItsStoreHasNeverSeenMayBeThereToo() async throws {
        try await ClusterTests.shared { server, store, _ in
            try await server.register()
            store.show(StoreReport(), obstacle: StoreError(.readOnly, "It holds another history."))
            for path in Self.absent {
                let reply = try await server.get(path)
                #expect(reply.status == 503, "\(path)")
                #expect(reply["rollcall-source"] == "cache", "\(path)")
            }
            store.show(StoreReport())
            for path in Self.absent { #expect(try await server.get(path).status == 404, "\(path)") }
        }
    }
}
