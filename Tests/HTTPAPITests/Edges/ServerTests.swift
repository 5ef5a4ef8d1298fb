import HTTPSupport
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@Suite("The server itself over a socket")
struct ServerTests {
    @Test func versionHasTheRegistrysID() async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/version")
            #expect(reply.json["version"].string == "1.2.3-test")
            #expect(reply.json["registry_id"].string == TestServer.registryID)
        }
    }

    @Test func whileTheCatalogueLoadsOnlyTheProbesAnswer() async throws {
        try await TestServer.run {
            $0.loads = false
        } _: { server in
            #expect(try await server.get("/livez").status == 200)
            #expect(try await server.get("/openapi.json").status == 200)
            let ready = try await server.get("/readyz")
            #expect(ready.status == 503)
            #expect(ready.code == "not_ready")
            let verbose = try await server.get("/readyz?verbose")
            #expect(verbose.status == 503)
            #expect(verbose.text.contains("catalogue: loading"))
            let paths = [
                "/v1/services", "/v1/services/a", "/v1/history", "/v1/watch?service=a", "/v1/namespaces", "/v1/version",
            ]
            for path in paths {
                let reply = try await server.get(path)
                #expect(reply.status == 503, "\(path)")
                #expect(reply.code == "not_ready")
                #expect(reply["retry-after"] == "1")
            }
            let beat = try await server.request("PUT", "/v1/services/a/instances/b/health", body: "{}")
            #expect(beat.code == "not_ready")
        }
    }

    @Test func itStaysReadyWhileTheStoreIsAwayAndReadsGoOn() async throws {
        try await TestServer.run { server in
            try await server.register()
            server.store.outage = StoreError(.unavailable, "The disk is gone.")
            let body = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}}"#
            let refused = try await server.request("POST", "/v1/instances", body: body)
            #expect(refused.status == 503)
            #expect(refused.code == "store_unavailable")
            #expect(refused["retry-after"] != nil)
            #expect(try await server.discovered().count == 1)
            #expect(try await server.get("/readyz").status == 200)
            #expect(try await server.get("/readyz?verbose").text.contains("store: unavailable"))
            try await eventually {
                Int(try await server.get("/v1/services/payments")["rollcall-age"] ?? "") ?? 0 > 0
            }
            server.store.outage = nil
            try await eventually {
                try await server.request("POST", "/v1/instances", body: body).status == 201
            }
        }
    }

    @Test func aFullStoreSaysSo() async throws {
        try await TestServer.run { server in
            server.store.outage = StoreError(.full, "No room is left.")
            let body = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}}"#
            let reply = try await server.request("POST", "/v1/instances", body: body)
            #expect(reply.status == 503)
            #expect(reply.code == "store_full")
        }
    }

    @Test func everyErrorIsAProblem() async throws {
        try await TestServer.run { server in
            for path in ["/nowhere", "/v1/services/nobody", "/v1/services?limit=0", "/v1/services?x=1"] {
                let reply = try await server.get(path)
                #expect(reply["content-type"] == "application/problem+json")
                #expect(Set(["type", "title", "status", "detail", "code"]).isSubset(of: reply.json.names))
                #expect(reply.json["status"].int == reply.status)
            }
        }
    }

    @Test func unknownParametersAreRefusedEverywhere() async throws {
        try await TestServer.run { server in
            try await server.register()
            let paths = [
                "/v1/services", "/v1/services/payments", "/v1/services/payments/instances",
                "/v1/services/payments/select",
                "/v1/services/payments/health", "/v1/namespaces", "/v1/version", "/v1/history", "/v1/watch", "/livez",
                "/readyz",
                "/openapi.json",
            ]
            for path in paths {
                let reply = try await server.get("\(path)?nonsense=1")
                #expect(reply.status == 400, "\(path)")
                #expect(reply.code == "unknown_parameter")
                #expect(reply.fields == ["nonsense"])
            }
        }
    }
}
