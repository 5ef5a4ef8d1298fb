import Testing

@Suite("Discover over a socket")
struct DiscoverTests {
    /// Four instances that differ in everything that can be asked for.
    private static func fill(_ server: TestServer) async throws {
        try await server.register(
            port: 1, version: "1.4.0", more: #""tags": ["blue", "canary"], "locality": {"region": "eu", "zone": "a"}"#)
        try await server.register(
            port: 2, version: "1.5.0-rc.1",
            more: #""tags": ["blue"], "protocol": "grpc", "locality": {"region": "eu", "zone": "b"}"#)
        try await server.register(
            port: 3, version: "2.0.0", more: #""metadata": {"color": "red"}, "status": "STARTING""#)
        try await server.register(port: 4, version: "v1.9")
        _ = try await server.request(
            "PUT", "/v1/services/payments/instances/127.0.0.11:4/health", body: #"{"status": "DOWN"}"#)
    }

    @Test(arguments: [
        ("", [1, 2]), ("?tag=blue", [1, 2]), ("?tag=blue&tag=canary", [1]), ("?tag=green", []), ("?zone=a", [1]),
        ("?region=eu", [1, 2]), ("?protocol=grpc", [2]), ("?metadata.color=red&health=any", [3]),
        ("?metadata.color=blue", []),
        ("?version=1.4.0", [1]), ("?version=%5E1.4", [1]), ("?version=%3E%3D1.4+%3C3", [1]), ("?version=1.x", []),
        ("?version=*&health=any", [1, 3, 4]), ("?health=any", [1, 2, 3, 4]), ("?health=down", [4]),
        ("?health=up", [1, 2, 3]),
        ("?status=starting", [3]), ("?status=STARTING&health=UP", [3]), ("?health=unknown", []),
        ("?consistent=true", [1, 2]),
        ("?namespace=default", [1, 2]), ("?", [1, 2]), ("?tag=blue&version=1.4.0&zone=a&region=eu&protocol=http", [1]),
    ])
    func filters(_ query: String, _ ports: [Int]) async throws {
        try await TestServer.run { server in
            try await Self.fill(server)
            #expect(try await server.discovered("payments", query) == ports.map { "127.0.0.11:\($0)" }, "\(query)")
        }
    }

    @Test func theAnswerIsTheServiceWithItsInstancesAndTheServicesRevision() async throws {
        try await TestServer.run { server in
            try await Self.fill(server)
            try await server.register("other")
            let reply = try await server.get("/v1/services/payments")
            let service = reply.json["services"][0]
            #expect(reply.json["services"].array.count == 1)
            #expect(service["id"].string == "default/payments")
            #expect(service["version"].string == "2.0.0", "the highest among its instances")
            #expect(service["versions"]["1.4.0"].int == 1)
            #expect(service["status"]["status"].string == "active")
            #expect(service["status"]["health"].string == "UP")
            #expect(service["status"]["instances"].int == 4)
            #expect(reply.json["revision"].int == 5)
            #expect(reply["rollcall-revision"] == "6")
            #expect(reply["etag"] == "\"\(TestServer.registryTag)-5\"")
            #expect(reply["cache-control"] == "no-cache")
        }
    }

    @Test(arguments: [
        ("?tags=blue", 400, "unknown_parameter", "tags"), ("?zone=a&zone=b", 400, "malformed", "zone"),
        ("?zone=%ff", 400, "malformed", "zone"), ("?health=sick", 422, "invalid", "health"),
        ("?status=ALIVE", 422, "invalid", "status"), ("?version=%3E%3D", 422, "invalid", "version"),
        ("?index=-1", 422, "invalid", "index"), ("?index=9007199254740992", 422, "invalid", "index"),
        ("?wait=11m", 422, "invalid", "wait"), ("?wait=soon", 422, "invalid", "wait"), ("?tag=", 422, "invalid", "tag"),
        ("?namespace=*", 422, "invalid", "namespace"), ("?consistent=perhaps", 422, "invalid", "consistent"),
    ])
    func badQueries(_ query: String, _ status: Int, _ code: String, _ field: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.get("/v1/services/payments\(query)")
            #expect(reply.status == status)
            #expect(reply.code == code)
            #expect(reply.fields == [field])
        }
    }

    @Test func aServiceThatWasNeverSeenIs404AtOnce() async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/services/nobody")
            #expect(reply.status == 404)
            #expect(reply.code == "unknown_service")
            #expect(reply["rollcall-revision"] == "0", "it says how far this node is")
        }
    }

    @Test func ifNoneMatchIs304ForEveryView() async throws {
        try await TestServer.run { server in
            try await server.register()
            for path in [
                "/v1/services/payments", "/v1/services/payments?tag=x",
                "/v1/services/payments/instances/127.0.0.11:8080",
            ] {
                let first = try await server.get(path)
                let tag = try #require(first["etag"])
                let second = try await server.get(path, headers: [("If-None-Match", tag)])
                #expect(second.status == 304)
                #expect(second.body.isEmpty)
                #expect(second["etag"] == tag)
                let other = try await server.get(path, headers: [("If-None-Match", "\"ffffffff-1\"")])
                #expect(other.status == 200, "the tag of another registry does not fit")
            }
            try await server.register(port: 2)
            let changed = try await server.get(
                "/v1/services/payments", headers: [("If-None-Match", "\"\(TestServer.registryTag)-1\"")])
            #expect(changed.status == 200)
        }
    }

    @Test func headHasTheHeadersOfGetAndNoBody() async throws {
        try await TestServer.run { server in
            try await server.register()
            for path in ["/v1/services/payments", "/v1/services", "/v1/version", "/livez", "/v1/services/nobody"] {
                let get = try await server.get(path)
                let head = try await server.request("HEAD", path)
                #expect(head.status == get.status)
                #expect(head["content-length"] == get["content-length"])
                #expect(head["content-type"] == get["content-type"])
                #expect(head["etag"] == get["etag"])
            }
        }
    }

    @Test func theDirectAnswerIsTheRouters() async throws {
        try await TestServer.run { server in
            try await Self.fill(server)
            let direct = try await server.get("/v1/services/payments")
            let routed = try await server.get("/v1/services/payments?consistent=true")
            #expect(direct.body == routed.body)
            func comparable(_ reply: Reply) -> [String] {
                reply.headers.filter { $0.name != "date" }.map { "\($0.name): \($0.value)" }.sorted()
            }
            #expect(comparable(direct) == comparable(routed))
        }
    }

    @Test func largeAnswersAreCompressedForThoseWhoAcceptIt() async throws {
        try await TestServer.run { server in
            for port in 1...20 { try await server.register(port: port, more: "\"tags\": [\"blue\"]") }
            for path in ["/v1/services/payments", "/v1/services/payments?tag=blue"] {
                let plain = try await server.get(path)
                let compressed = try await server.get(path, headers: [("Accept-Encoding", "gzip, deflate")])
                #expect(plain["content-encoding"] == nil)
                #expect(compressed["content-encoding"] == "gzip")
                #expect(compressed["vary"] == "Accept-Encoding")
                #expect(compressed["etag"] == "\"\(TestServer.registryTag)-20-gzip\"")
                #expect(compressed.body.count < plain.body.count / 2)
                #expect(try Gunzip.inflate(compressed.body) == plain.body)
                let tag = try #require(compressed["etag"])
                let again = try await server.get(path, headers: [("Accept-Encoding", "gzip"), ("If-None-Match", tag)])
                #expect(again.status == 304)
                let refused = try await server.get(path, headers: [("Accept-Encoding", "gzip;q=0")])
                #expect(refused["content-encoding"] == nil)
            }
            try await server.register("small")
            let small = try await server.get("/v1/services/small", headers: [("Accept-Encoding", "gzip")])
            #expect(small["content-encoding"] == nil)
        }
    }
}
