import Testing

@Suite("History over a socket")
struct HistoryTests {
    private static func fill(_ server: TestServer) async throws {
        try await server.register(port: 1)
        try await server.register(port: 2)
        try await server.register("other", namespace: "blue")
        _ = try await server.request("DELETE", "/v1/services/payments/instances/127.0.0.11:1")
    }

    @Test(arguments: [
        ("", [4, 2, 1]), ("?order=asc", [1, 2, 4]), ("?namespace=*", [4, 3, 2, 1]), ("?namespace=blue", [3]),
        ("?service=payments&instance=127.0.0.11:1", [4, 1]), ("?cause=deregister", [4]), ("?since=2", [4, 2]),
        ("?until=2", [2, 1]), ("?since=2&until=2", [2]), ("?actor=nobody", []), ("?actor=127.0.0.1&limit=1", [4]),
        ("?since=2020-01-01T00:00:00Z", [4, 2, 1]), ("?until=2020-01-01T00:00:00Z", []),
    ])
    func queries(_ query: String, _ revisions: [Int]) async throws {
        try await TestServer.run { server in
            try await Self.fill(server)
            let reply = try await server.get("/v1/history\(query)")
            #expect(reply.status == 200)
            #expect(reply.json["records"].array.compactMap { $0["revision"].int } == revisions)
        }
    }

    @Test func aRecordSaysWhatWhenWhyAndByWhom() async throws {
        try await TestServer.run { server in
            try await Self.fill(server)
            let record = try await server.get("/v1/history?cause=register&limit=1&order=asc").json["records"][0]
            #expect(record["service"].string == "payments")
            #expect(record["namespace"].string == "default")
            #expect(record["instance"].string == "127.0.0.11:1")
            #expect(record["cause"].string == "register")
            #expect(record["actor"].string == "127.0.0.1")
            #expect(record["health"].string == "UP")
            #expect(record["status"].string == "UP")
            #expect(record["time"].string?.hasSuffix("Z") == true)
        }
    }

    @Test func pagesNeitherMissNorRepeat() async throws {
        try await TestServer.run { server in
            for port in 1...5 { try await server.register(port: port) }
            for order in ["asc", "desc"] {
                var seen: [Int] = []
                var cursor = ""
                repeat {
                    let reply = try await server.get("/v1/history?limit=2&order=\(order)\(cursor)")
                    seen += reply.json["records"].array.compactMap { $0["revision"].int }
                    cursor = reply.json["next_cursor"].string.map { "&cursor=\($0)" } ?? ""
                } while !cursor.isEmpty
                #expect(seen == (order == "asc" ? Array(1...5) : Array((1...5).reversed())))
            }
            let first = try await server.get("/v1/history?limit=2&order=asc")
            let cursor = try #require(first.json["next_cursor"].string)
            #expect(try await server.get("/v1/history?order=desc&cursor=\(cursor)").fields == ["cursor"])
        }
    }

    @Test(arguments: [
        ("?cause=whim", "cause"), ("?since=yesterday", "since"), ("?until=-1", "until"), ("?order=up", "order"),
        ("?service=a%2Fb", "service"), ("?limit=0", "limit"), ("?namespace=a%2Fb", "namespace"),
    ])
    func badQueries(_ query: String, _ field: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/history\(query)")
            #expect(reply.status == 422)
            #expect(reply.fields == [field])
        }
    }
}
