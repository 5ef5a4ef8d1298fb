import Testing

@Suite("Overrides over a socket")
struct OverrideTests {
    private static let one = "/v1/services/payments/instances/127.0.0.11:8080"
    private static let ofOne = one + "/override"
    private static let ofAll = "/v1/services/payments/override"

    @Test func aDecisionIsShownBesideWhatIsRegistered() async throws {
        try await TestServer.run { server in
            try await server.register()
            let body = #"{"status": "OUT_OF_SERVICE", "weight": 3, "reason": "a disk", "expires_after": "2h", "x": 1}"#
            let reply = try await server.request("PUT", Self.ofOne, body: body, headers: [("Rollcall-Client", "ops")])
            #expect(reply.status == 200)
            #expect(reply["cache-control"] == "no-store")
            #expect(reply.json["revision"].int == 2 && reply["rollcall-revision"] == "2")
            #expect(reply.json["warnings"][0].string == "x")
            let override = reply.json["override"]
            #expect(override["service"].string == "payments" && override["instance"].string == "127.0.0.11:8080")
            #expect(override["actor"].string == "ops" && override["reason"].string == "a disk")
            #expect(override["expires_at"].string?.isEmpty == false && override["scope"].string == "instance")

            let instance = try await server.get(Self.one)
            #expect(instance.json["instance"]["status"].string == "OUT_OF_SERVICE")
            #expect(instance.json["instance"]["weight"].int == 3)
            #expect(instance.json["instance"]["registered"]["status"].string == "UP")
            #expect(instance.json["instance"]["registered"]["weight"].int == 100)
            #expect(instance.json["instance"]["override"]["reason"].string == "a disk")
            #expect(try await server.discovered().isEmpty)
            #expect(try await server.discovered("payments", "?status=OUT_OF_SERVICE") == ["127.0.0.11:8080"])
            let selection = try await server.get("/v1/services/payments/select")
            #expect(selection.json["code"].string == "all_withheld")
            let history = try await server.get("/v1/history?cause=override")
            #expect(history.json["records"][0]["detail"].string == "status OUT_OF_SERVICE, weight 3: a disk")
            #expect(history.json["records"][0]["actor"].string == "ops")

            // Registering again changes what is registered, and nothing else.
            try await server.register(more: #""weight": 50, "status": "UP""#)
            let again = try await server.get(Self.one)
            #expect(again.json["instance"]["weight"].int == 3)
            #expect(again.json["instance"]["registered"]["weight"].int == 50)

            let lifted = try await server.request("DELETE", Self.ofOne)
            #expect(lifted.status == 204 && lifted["rollcall-revision"] == "4")
            #expect(try await server.discovered() == ["127.0.0.11:8080"])
            #expect(try await server.get(Self.one).json["instance"]["override"].isNull)
            #expect(try await server.request("DELETE", Self.ofOne).code == "unknown_override")
        }
    }

    @Test func aWholeServiceIsDecidedOn() async throws {
        try await TestServer.run { server in
            for port in 1...2 { try await server.register(port: port) }
            #expect(try await server.request("PUT", Self.ofAll, body: #"{"status": "DRAINING"}"#).status == 200)
            try await server.register(port: 3)
            #expect(try await server.discovered().isEmpty)
            let up = #"{"status": "UP"}"#
            let path = "/v1/services/payments/instances/127.0.0.11:2/override"
            #expect(try await server.request("PUT", path, body: up).status == 200)
            #expect(try await server.discovered() == ["127.0.0.11:2"])
            let two = try await server.get("/v1/services/payments/instances/127.0.0.11:2").json["instance"]
            #expect(two["override"]["scope"].string == "instance")
            #expect(two["service_override"]["status"].string == "DRAINING")
            #expect(try await server.request("DELETE", Self.ofAll).status == 204)
            #expect(try await server.discovered().count == 3)
        }
    }

    @Test(arguments: [
        ("{}", "status"), (#"{"status": "STARTING"}"#, "status"), (#"{"weight": 70000}"#, "weight"),
        (#"{"weight": 1, "expires_after": "0s"}"#, "expires_after"),
    ])
    func badOnesAre422AndNameTheField(_ body: String, _ field: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.request("PUT", Self.ofOne, body: body)
            #expect(reply.status == 422)
            #expect(reply.fields == [field])
        }
    }

    @Test func whatIsNotThereIs404() async throws {
        try await TestServer.run { server in
            let body = #"{"status": "UP"}"#
            #expect(try await server.request("PUT", Self.ofOne, body: body).code == "unknown_service")
            try await server.register(port: 1)
            let unknown = try await server.request("PUT", Self.ofOne, body: body)
            #expect(unknown.status == 404 && unknown.code == "unknown_instance")
            let none = try await server.request("DELETE", Self.ofAll)
            #expect(none.status == 404 && none.code == "unknown_override")
        }
    }

    @Test func theETagOfAnInstanceMovesWithWhatIsDecidedOnIt() async throws {
        try await TestServer.run { server in
            try await server.register()
            let before = try #require(try await server.get(Self.one)["etag"])
            _ = try await server.request("PUT", Self.ofAll, body: #"{"weight": 1}"#)
            let after = try await server.get(Self.one, headers: [("If-None-Match", before)])
            #expect(after.status == 200)
            #expect(after["etag"] != before && after.json["revision"].int == 2)
            #expect(after.json["instance"]["revision"].int == 2)
            let tag = try #require(after["etag"])
            #expect(try await server.get(Self.one, headers: [("If-None-Match", tag)]).status == 304)
            func patch(_ condition: String) async throws -> Int {
                try await server.request(
                    "PATCH", Self.one, body: #"{"weight": 9}"#, headers: [("If-Match", condition)]
                ).status
            }
            #expect(try await patch(before) == 412)
            #expect(try await patch(tag) == 200)
            let discovered = try await server.get("/v1/services/payments")
            #expect(discovered.json["revision"].int == 3)
        }
    }

    @Test func watchersSeeWhatADecisionOnTheirServiceChanges() async throws {
        try await TestServer.run { server in
            for port in 1...2 { try await server.register(port: port) }
            try await EventReader.open(server, "?service=payments") { events in
                _ = try await events.next()
                _ = try await server.request("PUT", Self.ofAll, body: #"{"weight": 7}"#)
                let changed = try #require(try await events.next())
                #expect(changed.data["changes"][0]["cause"].string == "override")
                #expect(changed.data["instances"].array.map { $0["weight"].int } == [7, 7])
                _ = try await server.request("PUT", Self.ofAll, body: #"{"status": "OUT_OF_SERVICE"}"#)
                let gone = try #require(try await events.next())
                #expect(gone.data["removed"].array.compactMap(\.string) == ["127.0.0.11:1", "127.0.0.11:2"])
                _ = try await server.request("DELETE", Self.ofAll)
                let back = try #require(try await events.next())
                #expect(back.data["changes"][0]["cause"].string == "lift_override")
                #expect(back.data["instances"].array.count == 2)
            }
        }
    }

    @Test func theListHasThemInPages() async throws {
        try await TestServer.run { server in
            try await server.register(port: 1)
            try await server.register(port: 2)
            try await server.register("orders", port: 3)
            try await server.register("orders", port: 4, namespace: "blue")
            for path in [
                "/v1/services/payments/instances/127.0.0.11:2/override", Self.ofAll, "/v1/services/orders/override",
                "/v1/services/payments/instances/127.0.0.11:1/override", "/v1/services/orders/override?namespace=blue",
            ] {
                #expect(try await server.request("PUT", path, body: #"{"weight": 1}"#).status == 200)
            }
            func names(_ query: String) async throws -> [String] {
                let reply = try await server.get("/v1/overrides\(query)")
                #expect(reply.status == 200)
                return reply.json["overrides"].array.map {
                    "\($0["service"].string ?? "")/\($0["instance"].string ?? "")"
                }
            }
            let all = ["orders/", "payments/", "payments/127.0.0.11:1", "payments/127.0.0.11:2"]
            #expect(try await names("") == all)
            #expect(try await names("?namespace=*") == ["orders/"] + all)
            #expect(try await names("?namespace=blue") == ["orders/"])
            #expect(try await names("?service=payments") == Array(all[1...]))
            var seen: [String] = []
            var cursor = ""
            repeat {
                let reply = try await server.get("/v1/overrides?limit=1\(cursor)")
                seen += reply.json["overrides"].array.map {
                    "\($0["service"].string ?? "")/\($0["instance"].string ?? "")"
                }
                cursor = reply.json["next_cursor"].string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen == all)
            #expect(try await server.get("/v1/overrides?service=a/b").fields == ["service"])
            #expect(try await server.get("/v1/overrides?cursor=nonsense").fields == ["cursor"])
            #expect(try await server.get("/v1/overrides?services=a").code == "unknown_parameter")
        }
    }

    @Test func aLaterProcessAtTheSameAddressEndsTheGhost() async throws {
        try await TestServer.run { server in
            try await server.register("orders", more: #""incarnation": 1"#)
            let reply = try await server.register(more: #""incarnation": 2"#)
            #expect(reply.json["revision"].int == 2)
            #expect(try await server.discovered("orders").isEmpty)
            #expect(try await server.discovered() == ["127.0.0.11:8080"])
            let record = try await server.get("/v1/history?cause=superseded").json["records"][0]
            #expect(record["service"].string == "orders" && record["revision"].int == 2)
            #expect(record["detail"].string?.contains("default/payments/127.0.0.11:8080") == true)
        }
    }
}
