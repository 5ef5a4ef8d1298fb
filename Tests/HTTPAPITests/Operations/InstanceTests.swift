import Testing

@Suite("Instances over a socket")
struct InstanceTests {
    private static let path = "/v1/services/payments/instances/127.0.0.11:8080"

    @Test func oneInstance() async throws {
        try await TestServer.run { server in
            try await server.register(more: "\"tags\": [\"blue\"]")
            let reply = try await server.get(Self.path)
            #expect(reply.json["instance"]["tags"][0].string == "blue")
            #expect(reply.json["instance"]["available"].bool == true)
            #expect(reply.json["revision"].int == 1)
            let unknown = try await server.get("/v1/services/payments/instances/nobody")
            #expect(unknown.code == "unknown_instance")
            #expect(try await server.get("/v1/services/nobody/instances/x").code == "unknown_service")
        }
    }

    @Test func theListHasEveryInstanceInPagesNeitherMissedNorRepeated() async throws {
        try await TestServer.run { server in
            for port in 1...7 { try await server.register(port: port) }
            _ = try await server.request(
                "PUT", "/v1/services/payments/instances/127.0.0.11:3/health", body: #"{"status": "DOWN"}"#)
            var seen: [String] = []
            var cursor = ""
            repeat {
                let reply = try await server.get("/v1/services/payments/instances?limit=3\(cursor)")
                let page = reply.json["instances"].array
                #expect((1...3).contains(page.count))
                seen += page.compactMap { $0["id"].string }
                cursor = reply.json["next_cursor"].string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen == (1...7).map { "127.0.0.11:\($0)" })
            let down = try await server.get("/v1/services/payments/instances?health=down")
            #expect(down.json["instances"].array.count == 1)
            let bad = try await server.get("/v1/services/payments/instances?cursor=nonsense")
            #expect(bad.status == 422)
            #expect(bad.fields == ["cursor"])
            #expect(try await server.get("/v1/services/payments/instances?limit=1001").fields == ["limit"])
        }
    }

    @Test func updateChangesOnlyWhatItNames() async throws {
        try await TestServer.run { server in
            try await server.register(more: #""tags": ["blue"], "metadata": {"a": "1", "b": "2"}"#)
            let body = #"{"weight": 5, "metadata": {"a": null, "c": "3"}, "locality": {"zone": "z"}}"#
            let reply = try await server.request("PATCH", Self.path, body: body)
            #expect(reply.status == 200)
            #expect(reply.json["instance"]["weight"].int == 5)
            #expect(reply.json["instance"]["tags"][0].string == "blue")
            #expect(reply.json["instance"]["metadata"].names == ["b", "c"])
            #expect(reply.json["instance"]["locality"]["zone"].string == "z")
            #expect(reply.json["revision"].int == 2)
            let merge = try await server.request(
                "PATCH", Self.path, body: #"{"status": "DRAINING"}"#,
                headers: [("Content-Type", "application/merge-patch+json")])
            #expect(merge.status == 200)
            #expect(try await server.discovered().isEmpty)
        }
    }

    @Test(arguments: [#"{"host": "x"}"#, #"{"port": 1}"#, #"{"id": "x"}"#, #"{"colour": 1}"#, #"{"weight": 70000}"#])
    func otherFieldsAndBadValuesAre422(_ body: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.request("PATCH", Self.path, body: body)
            #expect(reply.status == 422)
            #expect(reply.fields.count == 1)
        }
    }

    @Test func ifMatchGives412() async throws {
        try await TestServer.run { server in
            try await server.register()
            func patch(_ condition: String, _ weight: Int) async throws -> Int {
                let body = "{\"weight\": \(weight)}"
                let headers = [("If-Match", condition)]
                return try await server.request("PATCH", Self.path, body: body, headers: headers).status
            }
            let tag = TestServer.registryTag
            #expect(try await patch("\"\(tag)-7\"", 1) == 412)
            #expect(try await patch("\"ffffffff-1\"", 1) == 412)
            #expect(try await patch("\"\(tag)-1\"", 1) == 200)
            #expect(try await patch("\"\(tag)-1\"", 2) == 412)
            #expect(try await patch("\"\(tag)-1\", \"\(tag)-2-gzip\"", 3) == 200)
            #expect(try await patch("*", 4) == 200)
            #expect(try await patch("nonsense", 5) == 400)
            // Another instance's change is not this one's.
            let tagged = try await server.request("GET", Self.path)["etag"]
            try await server.register(port: 8099)
            #expect(try await patch(try #require(tagged), 6) == 200)
        }
    }

    @Test func patchingWhatIsNotThereIs404() async throws {
        try await TestServer.run { server in
            let reply = try await server.request("PATCH", Self.path, body: "{}")
            #expect(reply.status == 404)
        }
    }
}
