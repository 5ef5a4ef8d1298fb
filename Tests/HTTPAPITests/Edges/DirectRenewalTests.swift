import HTTPSupport
import RegistryCatalog
import RegistryCluster
import RegistryModel
import RegistryTestKit
import Testing

/// A heartbeat on a node that others share the roll with: its answer waits until they cannot miss it, on the event loop or in the router.
@Suite("Heartbeats that others have to hear of", .timeLimit(.minutes(2)))
struct DirectRenewalTests {
    /// Without a query it is answered on the event loop, with one by the router.
    private static let paths = ["", "?"].map { "/v1/services/payments/instances/127.0.0.11:8080/health\($0)" }

    /// A server whose node writes digests, and one instance with a ttl.
    private static func run(
        timeout: TimeSpan = .minutes(1), _ body: (TestServer, SharedStore) async throws -> Void
    ) async throws {
        try await ClusterTests.shared {
            $0.shared?.timeout = timeout
        } _: { server, store, node in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await node.run(server.catalog) }
                try await server.register(more: #""ttl": "1h""#)
                try await body(server, store)
                group.cancelAll()
            }
        }
    }

    @Test(arguments: Self.paths)
    func itIsAnsweredOnceItIsInADigest(path: String) async throws {
        try await Self.run { server, store in
            let number = try #require(server.catalog.snapshot(of: ServiceKey(name: "payments"))?.instances.first)
                .instance.number
            let reply = try await server.request("PUT", path, body: "{}")
            #expect(reply.status == 200)
            #expect(reply.json["status"].string == "UP")
            #expect(reply.json["revision"].int == 1)
            #expect(store.digests.flatMap(\.beats) == [number])
        }
    }

    @Test(arguments: Self.paths)
    func whatTheStoreDoesNotConfirmInTimeIsNotAcknowledged(path: String) async throws {
        try await Self.run(timeout: .milliseconds(300)) { server, store in
            store.refuse(StoreError(.unavailable, "away"))
            let reply = try await server.request("PUT", path, body: "{}")
            #expect(reply.status == 503)
            #expect(reply.code == "store_unavailable")
            #expect(reply["retry-after"] == "1")
            #expect(store.digests.isEmpty || store.digests.allSatisfy { $0.beats.isEmpty })
        }
    }

    @Test func whatIsBehindItOnTheConnectionIsAnsweredAfterIt() async throws {
        try await Self.run { server, store in
            store.refuse(StoreError(.unavailable, "away"))
            try await Connection.open(port: server.port) { connection in
                let beat = TestServer.message("PUT", Self.paths[0], body: "{}")
                try await connection.send(
                    beat + TestServer.message("GET", "/v1/services/payments") + beat
                        + TestServer.message("GET", "/v1/version"))
                try await eventually { server.metrics.requestsInFlight.value > 0 }
                store.refuse(nil)
                #expect(try await connection.reply().json["instance_id"].string == "127.0.0.11:8080")
                #expect(try await connection.reply().json["services"][0]["name"].string == "payments")
                #expect(try await connection.reply().json["instance_id"].string == "127.0.0.11:8080")
                #expect(try await connection.reply().json["version"].string == "1.2.3-test")
            }
            try await eventually { server.metrics.requestsInFlight.value == 0 }
        }
    }

    /// Behind the barrier: it may have been registered at another node a moment ago.
    @Test func oneThatIsNotHereIsUnknownOnlyIfTheStoreKnowsNoMore() async throws {
        try await Self.run { server, store in
            let path = "/v1/services/payments/instances/nobody/health"
            let unknown = try await server.request("PUT", path, body: "{}")
            #expect(unknown.code == "unknown_instance")
            store.answer(newest: nil, failure: StoreError(.unavailable, "away"))
            let unclear = try await server.request("PUT", path, body: "{}")
            #expect(unclear.code == "store_unavailable")
        }
    }

    /// What it would change, another node may have changed a moment ago; on the event loop nobody can wait to find that out.
    @Test func aRegistrationThatChangesNothingIsAnsweredBehindTheBarrier() async throws {
        try await Self.run { server, store in
            let again = try await server.register(more: #""ttl": "1h""#)
            #expect(again.status == 200)
            store.answer(newest: nil, failure: StoreError(.unavailable, "away"))
            let same = #"""
                {"service": {"name": "payments"}, "instance": {"host": "127.0.0.11", "port": 8080, "ttl": "1h"}}
                """#
            let unclear = try await server.request("POST", "/v1/instances", body: same)
            #expect(unclear.code == "store_unavailable")
            let other = try await server.register(host: "127.0.0.12")
            #expect(other.status == 201, "it is committed, and asks nobody")
        }
    }
}
