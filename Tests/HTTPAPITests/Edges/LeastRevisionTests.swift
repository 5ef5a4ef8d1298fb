import HTTPTypes
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import HTTPAPI

/// A reader never sees less here than it saw on another node.
@Suite("Reading across nodes")
struct LeastRevisionTests {
    private static let reads = [
        "/v1/services", "/v1/services/payments", "/v1/services/payments?tag=x", "/v1/services/payments/select",
        "/v1/services/payments/explain", "/v1/services/payments/instances", "/v1/services/payments/health",
        "/v1/services/payments/instances/127.0.0.11:8080", "/v1/services/payments/instances/127.0.0.11:8080/health",
        "/v1/namespaces", "/v1/overrides", "/v1/history", "/v1/services/payments/subscribers", "/v1/subscriptions",
    ]

    /// Each at a revision that this node shows, and at one that it does not.
    @Test func everyReadWaitsForTheRevisionThatItsReaderHasSeen() async throws {
        try await ClusterTests.shared { server, _, _ in
            try await server.register()
            let registry = try await server.get("/v1/version").json["registry_id"].string
            for path in Self.reads {
                let known = try await server.get(path, headers: [("Rollcall-Min-Revision", "1")])
                #expect(known.status == 200, "\(path): \(known.text)")
                #expect(known["rollcall-registry"] == registry, "\(path)")
            }
            try await withThrowingTaskGroup(of: Reply.self) { group in
                for path in Self.reads {
                    group.addTask { try await server.get(path, headers: [("Rollcall-Min-Revision", "9")]) }
                }
                for try await reply in group {
                    #expect(reply.status == 503)
                    #expect(reply.code == "behind")
                    #expect(reply["retry-after"] == "1")
                    #expect(reply["rollcall-revision"] == "1")
                    #expect(reply["rollcall-registry"] == registry, "of another one it would be behind for ever")
                }
            }
        }
    }

    @Test func whatComesWithinTheSecondIsShown() async throws {
        try await ClusterTests.shared { server, _, _ in
            try await server.register()
            // A machine that is busy for longer than the wait makes a try fail, not the rule.
            var next = 2
            try await eventually("a commit comes while a reader waits for it") {
                let revision = next
                next += 1
                async let read = server.get(
                    "/v1/services/payments", headers: [("Rollcall-Min-Revision", "\(revision)")])
                try await server.register(port: revision)
                let reply = try await read
                guard reply.status == 200 else { return false }
                #expect(Int(reply["rollcall-revision"] ?? "") ?? 0 >= revision)
                return true
            }
        }
    }

    @Test(arguments: ["x", "-1", "1.5", "9007199254740992"])
    func whatIsNoRevisionIsRefused(text: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/services", headers: [("Rollcall-Min-Revision", text)])
            #expect(reply.status == 400)
            #expect(reply.fields == ["Rollcall-Min-Revision"])
        }
    }

    /// It shows all there is; a revision above that is from another registry.
    @Test func aNodeThatIsAloneAnswersAtOnce() async throws {
        try await TestServer.run { server in
            try await server.register()
            for path in Self.reads {
                let reply = try await server.get(path, headers: [("Rollcall-Min-Revision", "4711")])
                #expect(reply.status == 200, "\(path)")
            }
            #expect(try await server.get("/v1/services/payments?index=4711&wait=5m").status == 200)
            #expect(try await server.get("/v1/services/payments?consistent=true").status == 200)
            #expect(try await server.get("/v1/services", headers: [("Rollcall-Min-Revision", "")]).status == 200)
        }
    }

    @Test func indexAndLastEventIDAboveWhatIsShownAreBehind() async throws {
        try await ClusterTests.shared { server, _, _ in
            try await server.register()
            let blocking = try await server.get("/v1/services/payments?index=9&wait=5m")
            #expect(blocking.code == "behind")
            let resumed = try await server.get("/v1/watch?service=payments", headers: [("Last-Event-ID", "9")])
            #expect(resumed.code == "behind")
            #expect(try await server.get("/v1/watch?service=payments&index=9").code == "behind")
        }
    }

    @Test func consistentReadsWaitForWhatTheStoreSaysIsTheNewest() async throws {
        try await ClusterTests.shared {
            $0.settings = CatalogSettings(storeTimeout: .seconds(2))
        } _: { server, store, _ in
            try await eventually("the server takes a registration in time") {
                let body = #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.11", "port": 1}}"#
                return try await server.request("POST", "/v1/instances", body: body).status < 300
            }
            #expect(try await server.get("/v1/services/payments?consistent=true").status == 200)
            store.answer(newest: Revision(99))
            let behind = try await server.get("/v1/services/payments?consistent=true")
            #expect(behind.status == 503)
            #expect(behind.code == "behind")
            store.answer(newest: nil, failure: StoreError(.unavailable, "away"))
            let away = try await server.get("/v1/services/payments?consistent=true")
            #expect(away.status == 503)
            #expect(away.code == "store_unavailable")
            #expect(try await server.get("/v1/services/payments").status == 200)
            #expect(try await server.get("/v1/services/payments?consistent=false").status == 200)
        }
    }

    @Test func whatIsNotThereIsSaidAtOnce() async throws {
        try await ClusterTests.shared { server, store, _ in
            store.answer(newest: Revision(99))
            for path in ["/v1/services/nobody", "/v1/services/nobody/instances/a"] {
                let reply = try await server.get(path)
                #expect(reply.status == 404)
            }
        }
    }

    /// The document says which operations look at the header.
    @Test func theHeaderIsDocumentedWhereItIsRead() {
        let document = JSONValue(text: OpenAPIDocument.text)
        for operation in OpenAPITests.operations {
            let item = document["paths"]["\(operation.path)"]
            let method = operation.method.rawValue.lowercased()
            let references = (item["parameters"].array + item[method]["parameters"].array).map { $0["$ref"].string }
            let isDocumented = references.contains("#/components/parameters/minRevision")
            #expect(isDocumented == operation.readsRoll, "\(operation.name)")
        }
    }
}
