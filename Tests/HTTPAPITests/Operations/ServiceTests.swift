import Testing

@Suite("Services and namespaces over a socket")
struct ServiceTests {
    @Test func theListHasServicesWithoutInstancesInPages() async throws {
        try await TestServer.run { server in
            for name in ["a", "b", "c", "d"] { try await server.register(name) }
            try await server.register("b", namespace: "blue")
            let first = try await server.get("/v1/services?limit=3")
            #expect(first.json["services"].array.map { $0["id"].string } == ["default/a", "default/b", "default/c"])
            #expect(first.json["services"][0]["instances"].isNull)
            let cursor = try #require(first.json["next_cursor"].string)
            let second = try await server.get("/v1/services?limit=3&cursor=\(cursor)")
            #expect(second.json["services"].array.map { $0["id"].string } == ["default/d"])
            #expect(second.json["next_cursor"].isNull)
            let all = try await server.get("/v1/services?namespace=*&prefix=b")
            #expect(all.json["services"].array.map { $0["id"].string } == ["blue/b", "default/b"])
            let other = try await server.get("/v1/services?namespace=blue")
            #expect(other.json["services"].array.count == 1)
            let foreign = try await server.get("/v1/services/a/instances?cursor=\(cursor)")
            #expect(foreign.fields == ["cursor"])
        }
    }

    @Test func typeAndMetadataComeFromTheFirstRegistrationAndLaterFromPatch() async throws {
        try await TestServer.run { server in
            let body = """
                {"service": {"name": "payments", "type": "http", "metadata": {"owner": "a"}},
                 "instance": {"host": "127.0.0.11", "port": 8080}}
                """
            _ = try await server.request("POST", "/v1/instances", body: body)
            _ = try await server.request(
                "POST", "/v1/instances", body: body.replacing("http", with: "grpc").replacing("8080", with: "8081"))
            let before = try await server.get("/v1/services/payments").json["services"][0]
            #expect(before["type"].string == "http")
            let reply = try await server.request(
                "PATCH", "/v1/services/payments", body: #"{"type": "grpc", "metadata": {"owner": null, "team": "b"}}"#)
            #expect(reply.status == 200)
            #expect(reply.json["service"]["type"].string == "grpc")
            #expect(reply.json["service"]["metadata"].names == ["team"])
            #expect(reply.json["revision"].int == 3)
            let bad = try await server.request("PATCH", "/v1/services/payments", body: #"{"name": "x"}"#)
            #expect(bad.fields == ["name"])
            #expect(try await server.request("PATCH", "/v1/services/nobody", body: "{}").code == "unknown_service")
        }
    }

    @Test func onlyAnEmptyServiceCanBeDeleted() async throws {
        try await TestServer.run { server in
            try await server.register()
            let full = try await server.request("DELETE", "/v1/services/payments")
            #expect(full.status == 409)
            #expect(full.code == "conflict")
            _ = try await server.request("DELETE", "/v1/services/payments/instances/127.0.0.11:8080")
            #expect(try await server.request("DELETE", "/v1/services/payments").status == 204)
            #expect(try await server.request("DELETE", "/v1/services/payments").status == 404)
            #expect(try await server.get("/v1/services/payments").status == 404)
        }
    }

    @Test func namespaces() async throws {
        try await TestServer.run { server in
            let empty = try await server.get("/v1/namespaces")
            #expect(empty.json["namespaces"][0]["name"].string == "default")
            try await server.register(namespace: "blue")
            try await server.register("other", namespace: "blue")
            let reply = try await server.get("/v1/namespaces?limit=1")
            #expect(reply.json["namespaces"][0]["name"].string == "blue")
            #expect(reply.json["namespaces"][0]["services"].int == 2)
            #expect(reply.json["namespaces"][0]["instances"].int == 2)
            let cursor = try #require(reply.json["next_cursor"].string)
            let next = try await server.get("/v1/namespaces?cursor=\(cursor)")
            #expect(next.json["namespaces"].array.map { $0["name"].string } == ["default"])
        }
    }
}

@Suite("Select over a socket")
struct SelectTests {
    @Test func oneInstanceAndWhy() async throws {
        try await TestServer.run { server in
            try await server.register(port: 1, more: "\"weight\": 0")
            try await server.register(port: 2)
            let reply = try await server.get("/v1/services/payments/select")
            #expect(
                reply.json["instance"]["id"].string == "127.0.0.11:2",
                "weight 0 is not selected while another is available")
            #expect(reply.json["strategy"].string == "weight")
            #expect(reply.json["code"].string == "selected")
            #expect(reply.json["reason"].string?.isEmpty == false)
            #expect(reply["cache-control"] == "no-store")
            #expect(reply["etag"] == nil)
        }
    }

    @Test func roundRobinTakesTurns() async throws {
        try await TestServer.run { server in
            for port in 1...3 { try await server.register(port: port) }
            var chosen: [String] = []
            for _ in 0..<6 {
                let reply = try await server.get("/v1/services/payments/select?strategy=round_robin")
                chosen.append(reply.json["instance"]["id"].string ?? "")
            }
            #expect(Set(chosen[0..<3]).count == 3)
            #expect(chosen[0..<3] == chosen[3..<6])
        }
    }

    @Test func anotherStrategyIs422NamingThese() async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.get("/v1/services/payments/select?strategy=least_conn")
            #expect(reply.status == 422)
            #expect(reply.fields == ["strategy"])
            #expect(reply.json["detail"].string?.contains("random, round_robin, weight") == true)
        }
    }

    @Test func noneThatFitsIsNullWithAReason() async throws {
        try await TestServer.run { server in
            try await server.register()
            let reply = try await server.get("/v1/services/payments/select?zone=moon&key=7")
            #expect(reply.status == 200)
            #expect(reply.json["instance"].isNull)
            #expect(reply.json["code"].string == "none_matching")
            #expect(try await server.get("/v1/services/nobody/select").code == "unknown_service")
        }
    }
}
