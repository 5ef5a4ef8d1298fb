import NIOCore
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import HTTPAPI

@Suite("What the headers of checks say")
struct CheckHeaderTests {
    private static let path = "/v1/services/payments/instances/127.0.0.11:8080"

    @Test func isShownToNobody() async throws {
        try await TestServer.run { server in
            let check = #"{"type": "http", "headers": {"Authorization": "Bearer s3cret"}}"#
            func expectHidden(_ text: String, _ place: String) {
                #expect(text.contains("Authorization") && text.contains("***"), "\(place): \(text)")
                #expect(!text.contains("s3cret"), "\(place)")
            }
            expectHidden(try await server.register(more: "\"checks\": [\(check)]").text, "register")
            let key = InstanceKey(service: ServiceKey(name: "payments"), id: "127.0.0.11:8080")
            let committed = try #require(server.catalog.snapshot(of: key.service)?.instance(key.id)?.instance)
            #expect(committed.spec.checks[0].probe.headers == ["Authorization": "Bearer s3cret"], "it is made with it")
            // Its check passes, so that it is in every view.
            let passed = Judgement([.probe, .unchecked], error: nil)
            _ = await server.catalog.perform([.observe(key, number: committed.number, passed)], actor: "health")
            expectHidden(try await server.get(Self.path).text, "get instance")
            expectHidden(try await server.get("/v1/services/payments").text, "discover")
            try await EventReader.open(server, "?service=payments") { events in
                expectHidden("\(try #require(try await events.next()).data)", "watch")
            }
            let body = DeliveryBodies(catalog: server.catalog).body(
                server.catalog.snapshot(of: key.service), of: Sample.subscription(), sequence: 1)
            expectHidden(body.map { String(buffer: $0) }.joined(), "webhook")
        }
    }

    @Test(arguments: ["POST", "PATCH"]) func whatIsShownInsteadCannotBeMeant(_ method: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            let checks = #""checks": [{"type": "http", "headers": {"Authorization": "***"}}]"#
            let instance = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1, \#(checks)}}"#
            let isNew = method == "POST"
            let reply = try await server.request(
                method, isNew ? "/v1/instances" : Self.path, body: isNew ? instance : "{\(checks)}",
                headers: [("Content-Type", isNew ? "application/json" : "application/merge-patch+json")])
            #expect(reply.status == 422)
            #expect(reply.fields == ["\(isNew ? "instance." : "")checks[0].headers.Authorization"])
        }
    }
}
