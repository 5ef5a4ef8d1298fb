import HTTPAPI
import RegistryCatalog
import RegistryModel
import Testing

@Suite("Subscriptions over a socket")
struct SubscriptionTests {
    private static func body(
        _ service: String = "payments", callback: String = "http://127.0.0.1:9/hook", more: String = ""
    ) -> String {
        #"{"service_name": "\#(service)", "client_id": "gateway", "callback": "\#(callback)"\#(more)}"#
    }

    private static func subscribe(
        _ server: TestServer, _ service: String = "payments", query: String = "", more: String = ""
    ) async throws -> Reply {
        try await server.request("POST", "/v1/subscriptions\(query)", body: Self.body(service, more: more))
    }

    @Test func oneIsMadeShownListedAndRemoved() async throws {
        try await TestServer.run { server in
            let made = try await Self.subscribe(server, more: #", "metadata": {"team": "a"}, "colour": 1"#)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(made.json["id"].string)
            #expect(id.count == 32)
            #expect(made["location"] == "/v1/subscriptions/\(id)")
            #expect(made["cache-control"] == "no-store")
            #expect(made.json["service_name"].string == "payments")
            #expect(made.json["namespace"].string == "default")
            #expect(made.json["client_id"].string == "gateway")
            #expect(made.json["callback"].string == "http://127.0.0.1:9/hook")
            #expect(made.json["metadata"]["team"].string == "a")
            #expect(made.json["status"]["status"].string == "active")
            #expect(made.json["status"]["retry_count"].int == 0)
            #expect(made.json["status"]["sequence"].int == 0)
            for name in ["last_notify", "acknowledged_revision"] {
                #expect(made.json["status"].names.contains(name) && made.json["status"][name].isNull, "\(name)")
            }
            #expect(made.json["status"]["error"].string == "")
            #expect(made.json["revision"].int == 1)
            #expect(made.json["warnings"].array.map(\.string) == ["colour"])

            let one = try await server.get("/v1/subscriptions/\(id)")
            #expect(one.status == 200)
            #expect(one.json["id"].string == id)
            #expect(one["rollcall-revision"] == "1")
            let list = try await server.get("/v1/subscriptions")
            #expect(list.json["subscriptions"].array.map { $0["id"].string } == [id])

            let removed = try await server.request("DELETE", "/v1/subscriptions/\(id)")
            #expect(removed.status == 204)
            #expect(removed["rollcall-revision"] == "2")
            for (method, path) in [("GET", ""), ("DELETE", ""), ("POST", "/revive")] {
                let reply = try await server.request(method, "/v1/subscriptions/\(id)\(path)")
                #expect(reply.code == "unknown_subscription", "\(method)")
                #expect(reply.status == 404)
            }
        }
    }

    @Test func theSecretIsToldOnceAndNeverAgain() async throws {
        try await TestServer.run { server in
            let own = "whsec_" + Base64.encode([UInt8](repeating: 3, count: 24))
            let given = try await Self.subscribe(server, more: #", "secret": "\#(own)""#)
            #expect(given.json["secret"].string == own)
            let made = try await Self.subscribe(server)
            let secret = try #require(made.json["secret"].string)
            #expect(WebhookSecret.fault(in: secret) == nil)
            #expect(secret != own)
            let id = try #require(made.json["id"].string)
            #expect(server.catalog.subscription(id)?.secret == secret)
            for (method, path) in [
                ("GET", "/v1/subscriptions"), ("GET", "/v1/subscriptions/\(id)"),
                ("POST", "/v1/subscriptions/\(id)/revive"),
                ("GET", "/v1/history"),
            ] {
                let reply = try await server.request(method, path)
                #expect(reply.status == 200)
                #expect(!reply.text.contains("secret") && !reply.text.contains("whsec_"), "\(method) \(path)")
            }
        }
    }

    @Test(arguments: [
        (#"{"callback": "http://127.0.0.1/"}"#, ["service_name"]), (#"{"service_name": "a"}"#, ["callback"]),
        ("{}", ["service_name", "callback"]),
        (#"{"service_name": "-a", "callback": "x"}"#, ["service_name", "callback"]),
        (#"{"service_name": 7, "callback": null}"#, ["service_name", "callback"]),
        (#"{"service_name": "a", "callback": "http://u:p@127.0.0.1/"}"#, ["callback"]),
        (#"{"service_name": "a", "callback": "http://127.0.0.1/#x"}"#, ["callback"]),
        (#"{"service_name": "a", "callback": "http://169.254.169.254/latest"}"#, ["callback"]),
        (#"{"service_name": "a", "callback": "http://[fe80::1]/"}"#, ["callback"]),
        (#"{"service_name": "a", "callback": "http://127.66.1.1/"}"#, ["callback"]),
        (#"{"service_name": "a", "callback": "http://0.0.0.0/"}"#, ["callback"]),
        (#"{"service_name": "a", "callback": "http://127.0.0.1/", "secret": "hunter2"}"#, ["secret"]),
        (#"{"service_name": "a", "callback": "http://127.0.0.1/", "secret": "whsec_AAAA"}"#, ["secret"]),
        (#"{"service_name": "a", "callback": "http://127.0.0.1/", "metadata": {"k": 1}}"#, ["metadata.k"]),
        (#"{"service_name": "a", "callback": "http://127.0.0.1/", "namespace": "-"}"#, ["namespace"]),
    ])
    func whatIsAtFaultIsNamed(_ body: String, _ fields: [String]) async throws {
        try await TestServer.run { options in
            options.configuration.outbound = OutboundPolicy(
                deny: [OutboundRule("127.66.0.0/16")!], listensOnLoopbackAlone: true)
        } _: { server in
            let reply = try await server.request("POST", "/v1/subscriptions", body: body)
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.fields.sorted() == fields.sorted())
            #expect(!reply.text.contains("hunter2"))
            #expect(try await server.get("/v1/subscriptions").json["subscriptions"].array.isEmpty)
        }
    }

    @Test func theNamespaceOfTheQueryAndThatOfTheBodyHaveToAgree() async throws {
        try await TestServer.run { server in
            #expect(try await Self.subscribe(server, query: "?namespace=blue").json["namespace"].string == "blue")
            let same = try await Self.subscribe(server, query: "?namespace=blue", more: #", "namespace": "blue""#)
            #expect(same.status == 201)
            let other = try await Self.subscribe(server, query: "?namespace=blue", more: #", "namespace": "red""#)
            #expect(other.fields == ["namespace"])
        }
    }

    @Test func theListIsFilteredAndComesInPages() async throws {
        try await TestServer.run { server in
            var ids: [String] = []
            for index in 0..<5 {
                ids.append(try await Self.subscribe(server, "s\(index % 2)").json["id"].string ?? "")
            }
            let blue = try await Self.subscribe(server, query: "?namespace=blue").json["id"].string ?? ""
            func found(_ query: String) async throws -> [String?] {
                let reply = try await server.get("/v1/subscriptions\(query)")
                #expect(reply.status == 200, "\(reply.text)")
                return reply.json["subscriptions"].array.map { $0["id"].string }
            }
            #expect(try await found("") == ids)
            #expect(try await found("?service=s1") == [ids[1], ids[3]])
            #expect(try await found("?namespace=blue") == [blue])
            #expect(try await found("?namespace=*") == ids + [blue])
            #expect(try await found("?client_id=gateway&status=active").count == 5)
            #expect(try await found("?client_id=nobody").isEmpty)
            #expect(try await found("?status=failed").isEmpty)
            var paged: [String?] = []
            var cursor: String?
            repeat {
                let reply = try await server.get("/v1/subscriptions?limit=2\(cursor.map { "&cursor=\($0)" } ?? "")")
                paged += reply.json["subscriptions"].array.map { $0["id"].string }
                cursor = reply.json["next_cursor"].string
            } while cursor != nil
            #expect(paged == ids)
            #expect(try await server.get("/v1/subscriptions?status=tired").fields == ["status"])
            #expect(try await server.get("/v1/subscriptions?services=x").code == "unknown_parameter")
            #expect(try await server.get("/v1/subscriptions?cursor=AAAA").fields == ["cursor"])
        }
    }

    @Test func moreThanThereMayBeIs409() async throws {
        try await TestServer.run { options in
            options.settings.maximumSubscriptions = 3
            options.settings.maximumSubscriptionsPerService = 2
        } _: { server in
            for expected in [201, 201, 409] {
                #expect(try await Self.subscribe(server, "a").status == expected)
            }
            #expect(try await Self.subscribe(server, "b").status == 201)
            let reply = try await Self.subscribe(server, "c")
            #expect(reply.code == "too_many_subscriptions")
            #expect(reply.status == 409)
        }
    }

    @Test func revivingResetsTheCountsAndMovesNoService() async throws {
        try await TestServer.run { server in
            try await server.register()
            let id = try await Self.subscribe(server).json["id"].string ?? ""
            let failed = DeliveryProgress(
                status: .failed, acknowledged: Revision(1), sequence: 4, error: "why", retryCount: 9)
            let note = SubscriptionCommand(
                id: id, service: ServiceKey(name: "payments"), .note(failed, revivals: 0, after: 0))
            _ = try await server.catalog.perform(.subscription(note), actor: "tester")
            let before = try await server.get("/v1/subscriptions/\(id)")
            #expect(before.json["status"]["status"].string == "failed")
            #expect(before.json["status"]["error"].string == "why")
            #expect(try await server.get("/v1/subscriptions?status=failed").json["subscriptions"].array.count == 1)
            let reply = try await server.request("POST", "/v1/subscriptions/\(id)/revive")
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.json["status"]["status"].string == "active")
            #expect(reply.json["status"]["retry_count"].int == 0)
            #expect(reply.json["status"]["acknowledged_revision"].int == 1)
            #expect(reply.json["revision"].int == 4)
            #expect(try await server.get("/v1/services/payments").json["revision"].int == 1)
        }
    }
}
