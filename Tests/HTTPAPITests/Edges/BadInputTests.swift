import HTTPAPI
import HTTPSupport
import RegistryCatalog
import RegistryModel
import Testing

@Suite("Bad input over a socket", .timeLimit(.minutes(2)))
struct BadInputTests {
    private static let bodied: [(String, String)] = [
        ("POST", "/v1/instances"), ("POST", "/v1/instances/batch"), ("POST", "/v1/instances/batch/deregister"),
        ("PATCH", "/v1/services/payments/instances/127.0.0.11:8080"), ("PATCH", "/v1/services/payments"),
        ("PUT", "/v1/services/payments/instances/127.0.0.11:8080/health"), ("POST", "/v1/heartbeats"),
    ]

    @Test(arguments: [
        "{", "[1,", "{\"a\":}", "nul", "{\"a\":1}x", "\u{1}", "{'a':1}", "{\"a\":\"\\q\"}", "{\"a\":01}",
        "{\"service\":\"\\ud800\"}",
    ])
    func malformedJSONIs400AndNothingIsDone(_ body: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            for (method, path) in Self.bodied {
                let reply = try await server.request(method, path, body: body)
                // What is valid JSON but absurd may be refused for its value.
                #expect([400, 422].contains(reply.status), "\(method) \(path) \(body): \(reply.text)")
                #expect(["malformed", "invalid"].contains(reply.code))
            }
            #expect(server.catalog.appliedRevision == Revision(1))
        }
    }

    @Test(arguments: ["[]", "1", "\"x\"", "null", "true"])
    func wrongTypesAre422(_ body: String) async throws {
        try await TestServer.run { server in
            try await server.register()
            for (method, path) in Self.bodied {
                let reply = try await server.request(method, path, body: body)
                #expect(reply.status == 422, "\(method) \(path) \(body): \(reply.text)")
            }
            #expect(server.catalog.appliedRevision == Revision(1))
        }
    }

    @Test(arguments: [
        (#""port": "8080""#, "instance.port"), (#""port": 8080.5"#, "instance.port"),
        (#""port": 1e30"#, "instance.port"),
        (#""port": -1"#, "instance.port"), (#""port": 99999999999999999999999999"#, "instance.port"),
        (#""port": 1, "weight": [1]"#, "instance.weight"), (#""port": 1, "tags": "blue""#, "instance.tags"),
        (#""port": 1, "metadata": {"a": 1}"#, "instance.metadata.a"), (#""port": 1, "ttl": 10"#, "instance.ttl"),
        (#""port": 1, "incarnation": 9007199254740992"#, "instance.incarnation"),
        (#""port": 1, "status": "ALIVE""#, "instance.status"), (#""port": 1, "host": "../etc""#, "instance.host"),
    ])
    func absurdValuesNameTheirField(_ fields: String, _ field: String) async throws {
        try await TestServer.run { server in
            let host = fields.contains("\"host\"") ? "" : #""host": "127.0.0.11", "#
            let body = "{\"service\": {\"name\": \"payments\"}, \"instance\": {\(host)\(fields)}}"
            let reply = try await server.request("POST", "/v1/instances", body: body)
            #expect(reply.status == 422)
            #expect(reply.fields == [field])
            #expect(server.catalog.counts.instances == 0)
        }
    }

    @Test func deepNestingIsMalformed() async throws {
        try await TestServer.run { server in
            for depth in [33, 100_000] {
                let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                let nested = "{\"unknown\": \(body)}"
                let reply = try await server.request("POST", "/v1/instances", body: nested)
                #expect(reply.status == 400)
                #expect(reply.code == "malformed")
            }
        }
    }

    @Test func invalidUTF8IsMalformed() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                let body: [UInt8] =
                    Array(#"{"service": {"name": "pay"#.utf8) + [0xC3, 0x28] + Array(#""}, "instance": {}}"#.utf8)
                try await connection.send(
                    "POST /v1/instances HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
                )
                try await connection.send(bytes: body)
                let reply = try await connection.reply()
                #expect(reply.status == 400)
                #expect(reply.code == "malformed")
            }
        }
    }

    @Test func anOversizedBodyIs413WhetherItSaysSoOrNot() async throws {
        try await TestServer.run {
            $0.configuration.bodyBytes = 1_000
        } _: { server in
            let body = "{\"unknown\": \"\(String(repeating: "x", count: 2_000))\"}"
            let announced = try await server.request("POST", "/v1/instances", body: body)
            #expect(announced.status == 413)
            #expect(announced.code == "too_large")
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "POST /v1/instances HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<20 { try await connection.send("64\r\n\(String(repeating: "x", count: 100))\r\n") }
                let reply = try await connection.reply()
                #expect(reply.status == 413)
            }
            #expect(server.catalog.counts.instances == 0)
        }
    }

    @Test func aBodyThatIsNotJSONIs415() async throws {
        try await TestServer.run { server in
            for (method, path) in Self.bodied {
                for type in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
                    let reply = try await server.request(method, path, body: "{}", headers: [("Content-Type", type)])
                    #expect(reply.status == 415)
                    #expect(reply.fields == ["Content-Type"])
                }
            }
            let body = #"{"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1}}"#
            let utf8 = try await server.request(
                "POST", "/v1/instances", body: body, headers: [("Content-Type", "application/json; charset=utf-8")])
            #expect(utf8.status == 201)
        }
    }

    @Test(arguments: [
        ("/v1/services/..%2f..%2fetc", 422, "service"), ("/v1/services/%2e%2e", 422, "service"),
        ("/v1/services/a%00b", 422, "service"), ("/v1/services/\(String(repeating: "a", count: 256))", 422, "service"),
        ("/v1/services/payments/instances/..%2f..", 422, "instance"), ("/v1/services/-x/instances/y", 422, "service"),
        ("/v1/services/a%20b/health", 422, "service"), ("/v1/services/%C3%A4/select", 422, "service"),
        ("/v1/services/%ff", 400, "path"), ("/v1/services/%zz", 400, "path"),
    ])
    func namesInPathsAreDecodedOnceAndChecked(_ path: String, _ status: Int, _ field: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get(path)
            #expect(reply.status == status, "\(reply.text)")
            #expect(reply.fields == [field])
        }
    }

    @Test(arguments: [
        "/", "/v1", "/v2/services", "/v1/services/", "/v1/services/../version", "/v1/services/a/b", "/v1//services",
        "/metrics",
        "/v1/services/a/drain", "/v1/override", "/v1/clusters", "/v1/policies/x/y",
    ])
    func unknownPathsAre404Problems(_ path: String) async throws {
        try await TestServer.run { server in
            let reply = try await server.get(path)
            #expect(reply.status == 404)
            #expect(reply.code == "not_found")
        }
    }

    @Test func anotherMethodIs405WithAllow() async throws {
        try await TestServer.run { server in
            let reply = try await server.request("POST", "/v1/services/payments", body: "{}")
            #expect(reply.status == 405)
            #expect(reply.code == "method_not_allowed")
            #expect(reply["allow"] == "GET, HEAD, PATCH, DELETE")
            #expect(try await server.request("DELETE", "/v1/version").status == 405)
            #expect(try await server.request("BREW", "/v1/version").status != 200)
        }
    }

    @Test(arguments: [
        "HELLO\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
    ])
    func whatIsNotHTTPGetsAnAnswerAndTheConnectionIsClosed(_ text: String) async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(text)
                let reply = try await connection.reply()
                #expect((400...505).contains(reply.status))
                #expect(await connection.waitUntilClosed())
            }
            #expect(try await server.get("/livez").status == 200)
        }
    }

    @Test func anOversizedHeaderIs431() async throws {
        try await TestServer.run { server in
            try await Connection.open(port: server.port) { connection in
                try await connection.send(
                    "GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "x", count: 40_000))\r\n\r\n")
                let reply = try await connection.reply()
                #expect(reply.status == 431)
                #expect(await connection.waitUntilClosed())
            }
            try await Connection.open(port: server.port) { connection in
                let many = (0..<500).map { "X-\($0): y\r\n" }.joined()
                try await connection.send("GET /livez HTTP/1.1\r\nHost: x\r\n\(many)\r\n")
                #expect(try await connection.reply().status == 431)
            }
        }
    }
}
