import HTTPAPI
import Testing

/// What fuzzing from the OpenAPI document showed to be taken though it should not be.
@Suite("Strict input over a socket", .timeLimit(.minutes(2)))
struct StrictInputTests {
    @Test(arguments: [
        (#"{"service": "a/b", "instance": "x"}"#, ["service"]),
        (#"{"service": "", "instance": ""}"#, ["instance", "service"]),
        (#"{"service": "a", "instance": "b c", "namespace": "-"}"#, ["instance", "namespace"]),
        (#"{"service": 1, "incarnation": -1}"#, ["instance", "service", "incarnation"]),
        (#"{"namespace": "*", "service": "a"}"#, ["instance", "namespace"]), ("null", [""]),
        ("{}", ["instance", "service"]),
    ])
    func everyFaultOfAnItemThatNamesAnInstanceIsTold(_ item: String, _ fields: [String]) async throws {
        let expected = Set(fields.map { $0.isEmpty ? "instances[1]" : "instances[1].\($0)" })
        let body = #"{"instances": [{"service": "payments", "instance": "127.0.0.11:8080"}, \#(item)]}"#
        try await TestServer.run { server in
            try await server.register()
            let beats = try await server.request("POST", "/v1/heartbeats", body: body)
            #expect(beats.status == 422)
            #expect(beats.fields.count == expected.count)
            #expect(Set(beats.fields) == expected, "\(beats.text)")
            let batch = try await server.request("POST", "/v1/instances/batch/deregister", body: body)
            #expect(batch.status == 200)
            #expect(batch.json["results"][0]["status"].int == 204)
            let problem = batch.json["results"][1]
            #expect(problem["status"].int == 422)
            #expect(Set(problem["errors"].array.compactMap { $0["field"].string }) == expected, "\(batch.text)")
        }
    }

    @Test func aCheckIsNotNull() async throws {
        try await TestServer.run { server in
            let body = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1, "checks": [null]}}"#
            let reply = try await server.request("POST", "/v1/instances", body: body)
            #expect(reply.status == 422)
            #expect(reply.fields == ["instance.checks[0]"])
        }
    }

    @Test(arguments: [
        "/v1/watch?service=a&metadata.=x", "/v1/services/a?metadata.=x", "/v1/services/a/select?metadata.",
    ])
    func metadataWithoutAKeySaysWhatIsMissing(_ path: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get(path)
            #expect(reply.status == 400)
            #expect(reply.code == "unknown_parameter")
            #expect(reply.json["detail"].string == "metadata. needs a key after the dot, as in metadata.color=blue.")
        }
    }

    @Test(arguments: ["metadata=x", "metdata.color=x"])
    func theNearestParameterIsSaidWithItsKey(_ query: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get("/v1/services/a?\(query)")
            #expect(reply.status == 400)
            #expect(reply.json["detail"].string?.hasSuffix("did you mean metadata.KEY?") == true, "\(reply.text)")
        }
    }

    @Test(arguments: [
        ("/readyz?verbose=maybe", "verbose"), ("/v1/history?since=%2B5", "since"),
        // A cursor of the right kind whose parts are no numbers: "history-desc", "a", "b".
        ("/v1/history?cursor=aGlzdG9yeS1kZXNjH2EfYg", "cursor"),
    ])
    func valuesThatMeanNothingAre422(_ path: String, _ field: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get(path)
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.fields == [field])
        }
    }

    @Test(arguments: [
        "GET /v1/services/payments HTTP/1.1\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
        "POST /v1/heartbeats HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    ])
    func aRequestNamesItsHostOnce(_ text: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                try await connection.send(text)
                let reply = try await connection.reply()
                #expect(reply.status == 400)
                #expect(reply.code == "malformed")
                #expect(reply.fields == ["Host"])
                #expect(await connection.waitUntilClosed())
            }
        }
    }

    @Test func answersThatAreOwedGoBeforeARequestWithoutHost() async throws {
        try await TestServer.run { server in
            try await server.register()
            try await Connection.open(port: server.port) { connection in
                let sound = "GET /v1/services HTTP/1.1\r\nHost: x\r\n\r\n"
                try await connection.send("\(sound)GET /livez HTTP/1.1\r\n\r\n")
                #expect(try await connection.reply().status == 200)
                #expect(await connection.waitUntilClosed())
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send("GET /livez HTTP/1.0\r\n\r\n")
                #expect(try await connection.reply().status == 200)
            }
        }
    }
}
