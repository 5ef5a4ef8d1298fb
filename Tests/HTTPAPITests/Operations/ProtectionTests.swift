import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

/// Suspects as clients see them. Their heartbeats really stay out for a second.
@Suite("Protection over a socket", .timeLimit(.minutes(2)))
struct ProtectionTests {
    /// Instances 1 to 4, of which all but the first fall silent.
    private static func withSuspects(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run { server in
            try await server.register(port: 1, more: #""ttl": "never", "tags": ["blue"]"#)
            try await Self.registerMortal(2...4, server)
            try await eventually { try await server.get("/v1/services/payments")["rollcall-protected"] == "3" }
            try await body(server)
        }
    }

    /// With one commit, so that their deadlines are the same however busy the machine is.
    private static func registerMortal(_ ports: ClosedRange<Int>, _ server: TestServer) async throws {
        let items = ports.map { port in
            """
            {"service": {"name": "payments"}, "instance": {"host": "127.0.0.11", "port": \(port), "ttl": "1s"}}
            """
        }
        let body = "{\"instances\": [\(items.joined(separator: ","))]}"
        #expect(try await server.request("POST", "/v1/instances/batch", body: body).status == 200)
    }

    @Test func theyAreListedBehindTheOthersWithAFlag() async throws {
        try await Self.withSuspects { server in
            // Answered directly, by the router, and compressed.
            for (query, headers) in [("", []), ("?", []), ("?", [("Accept-Encoding", "gzip")])] {
                let reply = try await server.get("/v1/services/payments\(query)", headers: headers)
                #expect(reply["rollcall-protected"] == "3")
                guard headers.isEmpty else { continue }
                let instances = reply.json["services"][0]["instances"].array
                #expect(instances.map { $0["id"].string } == (1...4).map { "127.0.0.11:\($0)" })
                #expect(instances.map { $0["suspect"].bool } == [nil, true, true, true])
                #expect(instances.map { $0["health"].string } == ["UP", "DOWN", "DOWN", "DOWN"])
                #expect(instances.map { $0["available"].bool } == [true, false, false, false])
                let protection = reply.json["services"][0]["protection"]
                #expect(protection["suspects"].int == 3)
                #expect(protection["verdict"].string == "unclear")
                #expect(protection["detail"].string?.hasPrefix("3 of 4 instances went DOWN at once") == true)
            }
            try await server.register(port: 5, more: #""ttl": "never""#)
            #expect(
                try await server.discovered() == [1, 5, 2, 3, 4].map { "127.0.0.11:\($0)" }, "the healthy ones first")
            let any = try await server.get("/v1/services/payments?health=any")
            #expect(any["rollcall-protected"] == "3")
            #expect(
                any.json["services"][0]["instances"].array.map { $0["id"].string }
                    == (1...5).map { "127.0.0.11:\($0)" }, "who asks for all has them in their order")
            #expect(try await server.get("/v1/services/payments?tag=blue")["rollcall-protected"] == nil)
            #expect(try await server.discovered("payments", "?health=up") == ["127.0.0.11:1", "127.0.0.11:5"])
        }
    }

    @Test func otherAnswersHaveTheFlagToo() async throws {
        try await Self.withSuspects { server in
            let list = try await server.get("/v1/services/payments/instances?limit=2")
            #expect(list["rollcall-protected"] == "1")
            #expect(list.json["instances"][1]["suspect"].bool == true)
            let one = try await server.get("/v1/services/payments/instances/127.0.0.11:2")
            #expect(one["rollcall-protected"] == "1")
            #expect(one.json["instance"]["suspect"].bool == true)
            let health = try await server.get("/v1/services/payments/health")
            #expect(health["rollcall-protected"] == "3")
            #expect(health.json["instances"].array.map { $0["suspect"].bool } == [nil, true, true, true])
            #expect(try await server.get("/v1/services").json["services"][0]["protection"]["suspects"].int == 3)
        }
    }

    @Test func selectTakesThemWhileFewerThanHalfAreUp() async throws {
        try await Self.withSuspects { server in
            let path = "/v1/services/payments/select?strategy=round_robin"
            var codes: Set<String> = []
            for _ in 0..<8 {
                let reply = try await server.get(path)
                let isSuspect = reply.json["instance"]["suspect"].bool == true
                #expect(reply["rollcall-protected"] == (isSuspect ? "1" : nil))
                codes.insert(reply.json["code"].string ?? "")
            }
            #expect(codes == ["selected", "suspect"])
            for port in 5...6 { try await server.register(port: port, more: #""ttl": "never""#) }
            for _ in 0..<8 { #expect(try await server.get(path).json["code"].string == "selected") }
        }
    }

    @Test func aWatchKeepsThemInView() async throws {
        try await TestServer.run { server in
            try await EventReader.open(server, "?service=payments") { events in
                _ = try await events.next()
                try await Self.registerMortal(1...3, server)
                var view: Set<String?> = []
                var suspects: Set<String?> = []
                while suspects.count < 3 {
                    let event = try #require(try await events.next())
                    for id in event.data["removed"].array { view.remove(id.string) }
                    for instance in event.data["instances"].array {
                        view.insert(instance["id"].string)
                        if instance["suspect"].bool == true { suspects.insert(instance["id"].string) }
                    }
                }
                #expect(view == suspects)
            }
        }
    }

    @Test func itIsShownAndLifted() async throws {
        try await Self.withSuspects { server in
            let path = "/v1/services/payments/protection"
            let shown = try await server.get(path)
            #expect(shown.status == 200)
            #expect(shown.json["suspects"].int == 3)
            #expect(shown.json["since"].string?.isEmpty == false)
            let lifted = try await server.request("DELETE", path, headers: [("Rollcall-Client", "anna")])
            #expect(lifted.status == 204)
            #expect(try await server.discovered() == ["127.0.0.11:1"])
            #expect(try await server.get("/v1/services/payments")["rollcall-protected"] == nil)
            #expect(try await server.get("/v1/services/payments").json["services"][0]["protection"].isNull)
            #expect(try await server.get(path).json["lifted"].bool == true)
            let again = try await server.request("DELETE", path)
            #expect(again.status == 404)
            #expect(again.code == "not_protected")
            let history = try await server.get("/v1/history?cause=end_protection&actor=anna")
            #expect(history.json["records"].array.count == 4)
        }
    }

    @Test func whatIsNotProtectedIs404() async throws {
        try await TestServer.run { server in
            try await server.register()
            for method in ["GET", "DELETE"] {
                let reply = try await server.request(method, "/v1/services/payments/protection")
                #expect(reply.status == 404)
                #expect(reply.code == "not_protected")
                #expect(try await server.request(method, "/v1/services/none/protection").code == "unknown_service")
            }
        }
    }

    @Test func itIsInTheMetrics() async throws {
        try await Self.withSuspects { server in
            let text = try await Connection.open(port: server.metricsPort) { connection in
                try await connection.send(TestServer.message("GET", "/metrics"))
                return try await connection.reply().text
            }
            #expect(text.contains("\nrollcall_suspect_instances 3\n"))
            #expect(text.contains("\nrollcall_protected_services 1\n"))
            #expect(text.contains("\nrollcall_protections_total 1\n"))
            #expect(text.contains("\nrollcall_wide_protection 0\n"))
        }
    }
}
