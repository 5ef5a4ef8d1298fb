import HTTPAPI
import HTTPSupport
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

/// A node showed an instance that the store does not have, at a revision that both have, and reads everything anew.
@Suite("Readers of a node that is put right", .timeLimit(.minutes(2)))
struct ReloadTests {
    private static let path = "/v1/services/payments"

    /// What the store has: the first of two instances.
    private static func fill(_ server: TestServer) async throws -> StoredCatalog {
        for port in 1...2 { try await server.register(port: port) }
        var stored = server.store.contents
        stored.instances.removeAll { $0.instance.spec.port == 2 }
        return stored
    }

    private static func isRepaired(_ server: TestServer) -> Bool {
        server.catalog.snapshot(of: ServiceKey(name: "payments"))?.instances.count == 1
    }

    @Test("A stream gets a gap and what there is")
    func stream() async throws {
        try await TestServer.run { server in
            let stored = try await Self.fill(server)
            try await EventReader.open(server, "?service=payments") { events in
                let first = try #require(try await events.next())
                #expect(first.data["snapshot"]["instances"].array.count == 2)
                server.store.tellEverything(stored)
                let gap = try #require(try await events.next())
                #expect(gap.name == "gap")
                #expect([gap.data["from"].int, gap.data["to"].int] == [2, 2])
                let snapshot = try #require(try await events.next())
                #expect(snapshot.data["snapshot"]["instances"].array.count == 1)
                #expect(snapshot.id == "2")
            }
            try await EventReader.open(server, "?service=payments", headers: [("Last-Event-ID", "2")]) { events in
                let gap = try #require(try await events.next())
                let snapshot = try #require(try await events.next())
                #expect([gap.name, snapshot.name] == ["gap", "snapshot"])
                #expect(snapshot.data["snapshot"]["instances"].array.count == 1)
            }
        }
    }

    @Test("A blocking read is answered")
    func blocking() async throws {
        try await TestServer.run { server in
            let stored = try await Self.fill(server)
            async let reply = server.get("\(Self.path)?index=2&wait=10m")
            try await eventually { server.metrics.blockingReaders.value == 1 }
            server.store.tellEverything(stored)
            #expect(try await reply.json["services"][0]["instances"].array.count == 1)
        }
    }

    @Test("What was shown is not taken for what is, in any form", arguments: ["", "?health=any", "/instances/1"])
    func tags(_ view: String) async throws {
        try await TestServer.run { server in
            let stored = try await Self.fill(server)
            let path = view.hasPrefix("/") ? "\(Self.path)/instances/127.0.0.11:1" : Self.path + view
            let before = try #require(try await server.get(path)["etag"])
            #expect(try await server.get(path, headers: [("If-None-Match", before)]).status == 304)
            server.store.tellEverything(stored)
            try await eventually { Self.isRepaired(server) }
            let reply = try await server.get(path, headers: [("If-None-Match", before)])
            #expect(reply.status == 200)
            let after = try #require(reply["etag"])
            #expect(after.hasSuffix("-r2\""))
            #expect(try await server.get(path, headers: [("If-None-Match", after)]).status == 304)
            #expect(try await server.get(path)["etag"] == after)
        }
    }
}
