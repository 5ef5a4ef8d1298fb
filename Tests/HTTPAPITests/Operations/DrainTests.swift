import HTTPAPI
import HTTPSupport
import RegistryModel
import RegistryTestKit
import ServiceLifecycle
import Testing

@Suite("Drain over a socket", .timeLimit(.minutes(2)))
struct DrainTests {
    private static let path = "/v1/services/payments/instances/127.0.0.11:8080/drain"
    private static let status = "/v1/services/payments?health=any"

    private func status(_ server: TestServer) async throws -> String? {
        try await server.get(Self.status).json["services"][0]["instances"][0]["status"].string
    }

    @Test func withoutReadersItIsCompleteAtOnce() async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.request("POST", Self.path + "?wait=5m")
            #expect(reply.status == 200)
            #expect(reply.json["revision"].int == 2)
            #expect(reply.json["complete"].bool == true)
            for name in ["confirmed", "delivered", "pending", "gone"] {
                #expect(reply.json[name].array.isEmpty, "\(name)")
            }
            #expect(try await self.status(server) == "DRAINING")
            #expect(try await server.discovered().isEmpty)
            let history = try await server.get("/v1/history?instance=127.0.0.11:8080")
            #expect(history.json["records"][0]["cause"].string == "drain")
            #expect(
                try await server.request("POST", Self.path).json["revision"].int == 2, "asked again, nothing changes")
        }
    }

    @Test func aStreamIsToldAndWaitedForUntilItConfirms() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments", headers: [("Rollcall-Client", "web")]) { events in
                #expect(try await events.next()?.name == "snapshot")
                let id = try #require(events.reply["rollcall-watch-id"])
                async let drained = server.request("POST", Self.path + "?wait=1m")
                let event = try #require(try await events.next())
                #expect(event.data["changes"][0]["cause"].string == "drain")
                #expect(event.data["removed"][0].string == "127.0.0.11:8080")
                let revision = try #require(event.id)
                let acknowledged = try await server.request(
                    "PUT", "/v1/watches/\(id)", body: "{\"revision\": \(revision), \"more\": 1}")
                #expect(acknowledged.status == 200)
                #expect(acknowledged.json["confirmed"].int == Int(revision))
                #expect(acknowledged.json["warnings"][0].string == "more")
                let reply = try await drained
                #expect(reply.json["complete"].bool == true)
                #expect(reply.json["confirmed"][0]["id"].string == id)
                #expect(reply.json["confirmed"][0]["kind"].string == "stream")
                #expect(reply.json["confirmed"][0]["client"].string == "web")
            }
        }
    }

    @Test func whoHasNotConfirmedIsNamedWhenTheWaitIsOver() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=*", headers: [("Rollcall-Client", "slow")]) { events in
                while try await events.next()?.name != "synced" {}
                let reply = try await server.request("POST", Self.path + "?wait=300ms")
                #expect(reply.status == 200)
                #expect(reply.json["complete"].bool == false)
                #expect(reply.json["delivered"].array.map { $0["client"].string } == ["slow"])
                #expect(reply.json["confirmed"].array.isEmpty)
                #expect(reply.json["pending"].array.isEmpty)
                #expect(try await self.status(server) == "DRAINING", "it is said all the same")
                #expect(
                    server.metrics.operation("drain").duration.cumulative.last == 0, "a wait is no duration of ours")
            }
        }
    }

    /// However long the machine takes between its two questions: time does not pass.
    @Test func aBlockingReaderConfirmsByAskingForWhatComesNext() async throws {
        try await TestServer.run {
            $0.clock = ManualClock()
        } _: { server in
            try await server.register()
            let client = [("Rollcall-Client", "web")]
            async let first = server.get("/v1/services/payments?index=1&wait=1m", headers: client)
            try await eventually { server.metrics.blockingReaders.value == 1 }
            async let drained = server.request("POST", Self.path + "?wait=1m")
            let revision = try #require(try await first.json["revision"].int)
            #expect(revision == 2)
            let listed = try await server.get("/v1/services/payments/subscribers")
            #expect(listed.json["subscribers"][0]["connected"].bool == false, "it is about to come back")
            #expect(listed.json["subscribers"][0]["confirmed"].int == 1)
            async let second = server.get("/v1/services/payments?index=\(revision)&wait=1m", headers: client)
            let reply = try await drained
            #expect(reply.json["confirmed"].array.map { $0["kind"].string } == ["blocking"])
            #expect(reply.json["complete"].bool == true)
            try await server.register(port: 2)
            _ = try await second
        }
    }

    @Test func itIsTakenBack() async throws {
        try await TestServer.run { server in
            try await server.register()
            #expect(try await server.request("DELETE", Self.path).code == "conflict")
            #expect(try await server.request("POST", Self.path + "?wait=0s").status == 200)
            let reply = try await server.request("DELETE", Self.path)
            #expect(reply.status == 204)
            #expect(reply["rollcall-revision"] == "3")
            #expect(try await self.status(server) == "UP")
        }
    }

    @Test func wrongInput() async throws {
        try await TestServer.run { server in
            try await server.register(more: #""incarnation": 7"#)
            for (query, field) in [("wait=6m", "wait"), ("wait=soon", "wait"), ("incarnation=x", "incarnation")] {
                let reply = try await server.request("POST", Self.path + "?" + query)
                #expect(reply.status == 422, "\(query)")
                #expect(reply.fields == [field])
            }
            #expect(try await server.request("POST", Self.path + "?timeout=1s").code == "unknown_parameter")
            #expect(try await server.request("DELETE", Self.path + "?wait=1s").code == "unknown_parameter")
            for method in ["POST", "DELETE"] {
                #expect(try await server.request(method, Self.path + "?incarnation=6").code == "stale_incarnation")
                #expect(try await server.request(method, Self.path + "?incarnation=8").code == "unknown_instance")
                let unknown = "/v1/services/payments/instances/nobody/drain"
                #expect(try await server.request(method, unknown).code == "unknown_instance")
                #expect(try await server.request(method, "/v1/services/x/instances/y/drain").code == "unknown_service")
                #expect(try await server.request(method, "/v1/services/-/instances/y/drain").status == 422)
            }
            #expect(try await self.status(server) == "UP", "nothing of it did anything")
            #expect(try await server.request("PUT", Self.path, body: "{}").status == 405)
        }
    }

    @Test func aClientThatLeavesEndsTheWait() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments") { events in
                #expect(try await events.next() != nil)
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(TestServer.message("POST", Self.path + "?wait=5m"))
                    #expect(try await events.next() != nil)
                    #expect(server.metrics.requestsInFlight.value == 2)
                }
                try await eventually { server.metrics.requestsInFlight.value == 1 }
            }
        }
    }

    @Test func aServerThatStopsAnswersWithWhatThereIs() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await EventReader.open(server, "?service=payments") { events in
                #expect(try await events.next() != nil)
                async let drained = server.request("POST", Self.path + "?wait=5m")
                #expect(try await events.next() != nil)
                await server.group.triggerGracefulShutdown()
                let reply = try await drained
                #expect(reply.status == 200)
                #expect(reply.json["complete"].bool == false)
            }
        }
    }
}
