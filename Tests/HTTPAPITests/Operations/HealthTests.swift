import Testing

@Suite("Heartbeats and health over a socket")
struct HealthTests {
    private static let path = "/v1/services/payments/instances/127.0.0.11:8080/health"

    @Test(arguments: ["", "{}", #"{"incarnation": 7}"#])
    func aRenewalAnswersTheHealthRecord(_ body: String) async throws {
        try await TestServer.run { server in
            try await server.register(more: "\"incarnation\": 7")
            let reply = try await server.request("PUT", Self.path, body: body)
            #expect(reply.status == 200)
            #expect(reply.json["id"].string == "default/payments/127.0.0.11:8080")
            #expect(reply.json["instance_id"].string == "127.0.0.11:8080")
            #expect(reply.json["status"].string == "UP")
            #expect(reply.json["revision"].int == 1, "a renewal commits nothing")
            #expect(reply.json["last_check"].string != nil)
        }
    }

    @Test func theDirectAnswerIsTheRouters() async throws {
        try await TestServer.run { server in
            try await server.register()
            let direct = try await server.request("PUT", Self.path, body: "{}")
            let routed = try await server.request("PUT", Self.path + "?namespace=default", body: "{}")
            #expect(direct.json.description.count == routed.json.description.count)
            for name in ["id", "service_id", "instance_id", "status", "cause", "since", "error", "revision"] {
                #expect(direct.json[name] == routed.json[name])
            }
            #expect(direct["content-type"] == routed["content-type"])
            #expect(direct["cache-control"] == routed["cache-control"])
        }
    }

    @Test func aReportedDownHoldsUntilAnUp() async throws {
        try await TestServer.run { server in
            try await server.register()
            let down = try await server.request("PUT", Self.path, body: #"{"status": "DOWN"}"#)
            #expect(down.json["status"].string == "DOWN")
            #expect(down.json["revision"].int == 2)
            #expect(try await server.request("PUT", Self.path, body: "{}").json["status"].string == "DOWN")
            #expect(try await server.discovered().isEmpty)
            #expect(
                try await server.request("PUT", Self.path, body: #"{"status": "up"}"#).json["status"].string == "UP")
            #expect(try await server.discovered().count == 1)
        }
    }

    @Test func detailsLoadAndMetadataAreKeptWithTheHealth() async throws {
        try await TestServer.run { server in
            try await server.register()
            let tag = try await server.get("/v1/services/payments")["etag"]
            let body = """
                {"details": {"cpu": 0.5, "network": {"rx_bytes": 1, "tx_bytes": 2, "errors": 0}, "errors": ["slow"]},
                 "load": {"requests": 10, "errors": 1, "latency": 2.5}, "metadata": {"phase": "warm"}}
                """
            #expect(try await server.request("PUT", Self.path, body: body).status == 200)
            let reply = try await server.get(Self.path)
            #expect(reply.json["details"]["cpu"].value as? Double == 0.5)
            #expect(reply.json["details"]["network"]["tx_bytes"].int == 2)
            #expect(reply.json["load"]["requests"].int == 10)
            #expect(reply.json["metadata"]["phase"].string == "warm")
            #expect(reply.json["last_check"].string != nil)
            #expect(try await server.get("/v1/services/payments")["etag"] == tag, "a heartbeat spoils no ETag")
            let service = try await server.get("/v1/services/payments/health")
            #expect(service.json["status"]["health"].string == "UP")
            #expect(service.json["status"]["last_check"].string != nil)
            #expect(service.json["instances"][0]["instance_id"].string == "127.0.0.11:8080")
        }
    }

    @Test(arguments: [
        (#"{"status": "UNKNOWN"}"#, "status"), (#"{"details": {"cpu": 2}}"#, "details.cpu"),
        (#"{"load": {"latency": -1}}"#, "load.latency"), (#"{"incarnation": -1}"#, "incarnation"),
        (#"{"check": "nobody"}"#, "check"),
    ])
    func badReports(_ body: String, _ field: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.request("PUT", Self.path, body: body)
            #expect(reply.status == 422)
            #expect(reply.fields == [field])
        }
    }

    @Test func unknownFieldsOfAReportAreWarnedOf() async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.request("PUT", Self.path, body: #"{"mood": "fine"}"#)
            #expect(reply.status == 200)
            #expect(reply.json["warnings"][0].string == "mood")
        }
    }

    @Test func aHeartbeatOfWhoIsNotOnTheRollIs404() async throws {
        try await TestServer.run { server in
            let reply = try await server.request("PUT", Self.path, body: "{}")
            #expect(reply.status == 404)
            #expect(reply.code == "unknown_instance" || reply.code == "unknown_service")
            try await server.register("payments", port: 1)
            #expect(try await server.request("PUT", Self.path, body: "{}").code == "unknown_instance")
            #expect(try await server.get(Self.path).code == "unknown_instance")
            #expect(try await server.get("/v1/services/nobody/health").code == "unknown_service")
        }
    }

    @Test func manyHeartbeatsSayWhoWasNotRenewed() async throws {
        try await TestServer.run { server in
            try await server.register(port: 1, more: "\"incarnation\": 5")
            try await server.register(port: 2)
            let body = """
                {"instances": [{"service": "payments", "instance": "127.0.0.11:1", "incarnation": 5},
                 {"service": "payments", "instance": "127.0.0.11:1", "incarnation": 4},
                 {"service": "payments", "instance": "127.0.0.11:2"}, {"namespace": "blue", "service": "x", "instance": "y"}]}
                """
            let reply = try await server.request("POST", "/v1/heartbeats", body: body)
            #expect(reply.status == 200)
            #expect(reply.json["renewed"].int == 2)
            #expect(reply.json["stale"][0]["incarnation"].int == 4)
            #expect(reply.json["unknown"][0]["namespace"].string == "blue")
            #expect(reply.json["unknown"].array.count == 1)
        }
    }

    @Test func heartbeatsOfABatchAreBounded() async throws {
        try await TestServer.run { server in
            let item = #"{"service": "a", "instance": "b"}"#
            let many = "{\"instances\": [\(Array(repeating: item, count: 10_001).joined(separator: ","))]}"
            let refused = try await server.request("POST", "/v1/heartbeats", body: many)
            #expect(refused.status == 422)
            let most = "{\"instances\": [\(Array(repeating: item, count: 10_000).joined(separator: ","))]}"
            let reply = try await server.request("POST", "/v1/heartbeats", body: most)
            #expect(reply.json["unknown"].array.count == 10_000)
        }
    }
}
