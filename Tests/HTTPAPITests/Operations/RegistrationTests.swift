import RegistryCatalog
import Testing

@Suite("Register, Update, Deregister over a socket")
struct RegistrationTests {
    private static let body = """
        {"service": {"name": "payments", "version": "1.4.0"}, "metadata": {"color": "blue"},
         "instance": {"host": "127.0.0.11", "port": 8080, "tags": ["blue"], "ttl": "10s", "metadata": {"size": "1"}}}
        """

    @Test func aNewInstanceIs201ThenIdenticalContentIs200AndCommitsNothing() async throws {
        try await TestServer.run { server in
            let first = try await server.request("POST", "/v1/instances", body: Self.body)
            #expect(first.status == 201)
            #expect(first.json["instance"]["id"].string == "127.0.0.11:8080")
            #expect(first.json["instance"]["service_id"].string == "default/payments")
            #expect(first.json["instance"]["version"].string == "1.4.0", "the service's version is the instance's")
            #expect(first.json["instance"]["metadata"]["color"].string == "blue")
            #expect(first.json["instance"]["metadata"]["size"].string == "1")
            #expect(first.json["service"]["name"].string == "payments")
            #expect(first.json["revision"].int == 1)
            #expect(first["rollcall-revision"] == "1")
            #expect(first["rollcall-registry"] == (try await server.get("/v1/version")).json["registry_id"].string)
            #expect(first["rollcall-age"] == "0")
            #expect(first["rollcall-source"] == "live")
            #expect(first["cache-control"] == "no-store")
            #expect(first["date"]?.hasSuffix(" GMT") == true)
            let second = try await server.request("POST", "/v1/instances", body: Self.body)
            #expect(second.status == 200)
            #expect(second.json["revision"].int == 1)
        }
    }

    @Test func registeringAgainReplacesAllOfTheOwnersFields() async throws {
        try await TestServer.run { server in
            try await server.register(more: "\"tags\": [\"blue\"], \"weight\": 5")
            let again = try await server.register()
            #expect(again.status == 200)
            #expect(again.json["instance"]["tags"].array.isEmpty)
            #expect(again.json["instance"]["weight"].int == 100)
        }
    }

    @Test func unknownBodyFieldsAreIgnoredAndListedInWarnings() async throws {
        try await TestServer.run { server in
            let reply = try await server.register(more: "\"colour\": \"blue\"")
            #expect(reply.status == 201)
            #expect(reply.json["warnings"][0].string == "instance.colour")
        }
    }

    @Test func everyFieldAtFaultIsNamed() async throws {
        try await TestServer.run { server in
            let body = """
                {"service": {"name": "a/b"}, "instance": {"host": "no host", "port": 70000, "weight": -1, "ttl": "1ms"}}
                """
            let reply = try await server.request("POST", "/v1/instances", body: body)
            #expect(reply.status == 422)
            #expect(reply.code == "invalid")
            #expect(
                Set(reply.fields).isSuperset(of: ["service.name", "instance.host", "instance.port", "instance.weight"]))
            #expect(reply.json["title"].string == "Unprocessable Content")
            #expect(reply.json["type"].string == "about:blank")
            #expect(reply.json["status"].int == 422)
            #expect(server.catalog.counts.instances == 0)
        }
    }

    @Test func theQuerysNamespaceIsTheDefaultAndMustNotContradict() async throws {
        try await TestServer.run { server in
            try await server.register(namespace: "blue")
            #expect(try await server.discovered("payments", "?namespace=blue").count == 1)
            let body = """
                {"service": {"name": "payments", "namespace": "green"}, "instance": {"host": "127.0.0.11", "port": 1}}
                """
            let same = try await server.request("POST", "/v1/instances?namespace=green", body: body)
            #expect(same.status == 201)
            let other = try await server.request("POST", "/v1/instances?namespace=blue", body: body)
            #expect(other.status == 422)
            #expect(other.fields == ["service.namespace"])
        }
    }

    @Test func theDefaultIDOfAnIPv6InstanceHasBrackets() async throws {
        try await TestServer.run { server in
            let reply = try await server.register(host: "::1")
            #expect(reply.json["instance"]["id"].string == "[::1]:8080")
            let found = try await server.get("/v1/services/payments/instances/%5B%3A%3A1%5D%3A8080")
            #expect(found.status == 200)
        }
    }

    @Test func anOldIncarnationChangesNothing() async throws {
        try await TestServer.run { server in
            try await server.register(more: "\"incarnation\": 5")
            let path = "/v1/services/payments/instances/127.0.0.11:8080"
            let stale = try await server.request("DELETE", "\(path)?incarnation=4")
            #expect(stale.status == 409)
            #expect(stale.code == "stale_incarnation")
            let patch = try await server.request("PATCH", path, body: #"{"weight": 1, "incarnation": 4}"#)
            #expect(patch.code == "stale_incarnation")
            let beat = try await server.request("PUT", "\(path)/health", body: #"{"incarnation": 4}"#)
            #expect(beat.code == "stale_incarnation")
            let again = try await server.request(
                "POST", "/v1/instances",
                body:
                    #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.11", "port": 8080, "incarnation": 4}}"#
            )
            #expect(again.code == "stale_incarnation")
        }
    }

    @Test func deregisterIs204Then404() async throws {
        try await TestServer.run { server in
            try await server.register()
            let path = "/v1/services/payments/instances/127.0.0.11:8080"
            let gone = try await server.request("DELETE", path)
            #expect(gone.status == 204)
            #expect(gone.body.isEmpty)
            #expect(gone["rollcall-revision"] == "2")
            let again = try await server.request("DELETE", path)
            #expect(again.status == 404)
            #expect(again.code == "unknown_instance")
            #expect(try await server.discovered().isEmpty, "a known service with nobody available is an empty list")
        }
    }

    @Test func whoWritesIsNamedInTheHistory() async throws {
        try await TestServer.run { server in
            let body = #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.11", "port": 8080}}"#
            _ = try await server.request(
                "POST", "/v1/instances", body: body, headers: [("Rollcall-Client", "deploy-7")])
            _ = try await server.request("DELETE", "/v1/services/payments/instances/127.0.0.11:8080")
            let records = try await server.get("/v1/history?order=asc").json["records"].array
            #expect(records.first?["actor"].string == "deploy-7")
            #expect(records.last?["actor"].string == "127.0.0.1")
        }
    }

    @Test func aClientNameMustBePrintable() async throws {
        try await TestServer.run { server in
            let body = #"{"service": {"name": "payments"}, "instance": {"host": "127.0.0.11", "port": 8080}}"#
            let long = String(repeating: "x", count: 129)
            let reply = try await server.request(
                "POST", "/v1/instances", body: body, headers: [("Rollcall-Client", long)])
            #expect(reply.status == 400)
            #expect(reply.fields == ["Rollcall-Client"])
            #expect(server.catalog.counts.instances == 0)
        }
    }
}

@Suite("Batches over a socket")
struct BatchTests {
    @Test func itemsAreIndependentAndAnsweredInOrder() async throws {
        try await TestServer.run { server in
            let body = """
                {"instances": [
                 {"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}},
                 {"service": {"name": "b"}, "instance": {"host": "127.0.0.1", "port": 0}},
                 {"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}},
                 {"service": {"name": "c"}, "instance": {"host": "127.0.0.1", "port": 3}}]}
                """
            let reply = try await server.request("POST", "/v1/instances/batch", body: body)
            #expect(reply.status == 200)
            let results = reply.json["results"].array
            #expect(results.map { $0["status"].int } == [201, 422, 200, 201])
            #expect(results[0]["service_id"].string == "default/a")
            #expect(results[0]["instance_id"].string == "127.0.0.1:1")
            #expect(results[1]["code"].string == "invalid")
            #expect(results[1]["errors"][0]["field"].string == "instances[1].instance.port")
            let highest = results.compactMap { $0["revision"].int }.max()
            #expect(reply.json["revision"].int == highest)
        }
    }

    @Test func oneToAThousandItems() async throws {
        try await TestServer.run { server in
            let item = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}}"#
            let many = "{\"instances\": [\(Array(repeating: item, count: 1_001).joined(separator: ","))]}"
            let none = try await server.request("POST", "/v1/instances/batch", body: #"{"instances": []}"#)
            #expect(none.status == 422)
            let tooMany = try await server.request("POST", "/v1/instances/batch", body: many)
            #expect(tooMany.status == 422)
            #expect(server.catalog.counts.instances == 0)
        }
    }

    @Test func batchDeregister() async throws {
        try await TestServer.run { server in
            try await server.register(port: 1)
            try await server.register(port: 2, more: "\"incarnation\": 9")
            let body = """
                {"instances": [{"service": "payments", "instance": "127.0.0.11:1"},
                 {"service": "payments", "instance": "127.0.0.11:2", "incarnation": 8},
                 {"service": "payments", "instance": "127.0.0.11:3"}]}
                """
            let reply = try await server.request("POST", "/v1/instances/batch/deregister", body: body)
            let results = reply.json["results"].array
            #expect(results.map { $0["status"].int } == [204, 409, 404])
            #expect(results[1]["code"].string == "stale_incarnation")
            #expect(results[2]["code"].string == "unknown_instance")
            #expect(server.catalog.counts.instances == 1)
        }
    }
}
