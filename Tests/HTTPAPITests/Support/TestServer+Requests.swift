import Testing

extension TestServer {
    /// One request on a connection of its own.
    func request(
        _ method: String, _ target: String, body: String? = nil, headers: [(String, String)] = []
    ) async throws -> Reply {
        try await Connection.open(port: self.port) { connection in
            try await connection.send(Self.message(method, target, body: body, headers: headers))
            return try await connection.reply(toHEAD: method == "HEAD")
        }
    }

    static func message(
        _ method: String, _ target: String, body: String? = nil, headers: [(String, String)] = []
    ) -> String {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body {
            if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                text += "Content-Type: application/json\r\n"
            }
            text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        } else {
            text += "\r\n"
        }
        return text
    }

    func get(_ target: String, headers: [(String, String)] = []) async throws -> Reply {
        try await self.request("GET", target, headers: headers)
    }

    /// Registers one instance and expects that this succeeds.
    @discardableResult
    func register(
        _ service: String = "payments", host: String = "127.0.0.11", port: Int = 8080, namespace: String? = nil,
        version: String? = nil, more: String = ""
    ) async throws -> Reply {
        let version = version.map { ", \"version\": \"\($0)\"" } ?? ""
        let body = """
            {"service": {"name": "\(service)"\(version)},
             "instance": {"host": "\(host)", "port": \(port)\(more.isEmpty ? "" : ", " + more)}}
            """
        let query = namespace.map { "?namespace=\($0)" } ?? ""
        let reply = try await self.request("POST", "/v1/instances\(query)", body: body)
        #expect(reply.status == 201 || reply.status == 200, "\(reply.text)")
        return reply
    }

    /// The ids that discover returns for a query.
    func discovered(_ service: String = "payments", _ query: String = "") async throws -> [String] {
        let reply = try await self.get("/v1/services/\(service)\(query)")
        #expect(reply.status == 200, "\(query): \(reply.text)")
        return reply.json["services"][0]["instances"].array.compactMap { $0["id"].string }
    }

    /// Registers a service whose snapshot has some 8 MB, so that a client that does not read it makes the server wait.
    func registerMoreThanSocketsHold(_ service: String = "payments") async throws {
        let filler = String(repeating: "x", count: 1_000)
        let metadata = (0..<9).map { "\"k\($0)\": \"\(filler)\"" }.joined(separator: ",")
        for batch in 0..<3 {
            let items = (1...300).map { index in
                """
                {"service": {"name": "\(service)"},
                 "instance": {"host": "127.0.0.1", "port": \(batch * 300 + index), "metadata": {\(metadata)}}}
                """
            }
            let reply = try await self.request(
                "POST", "/v1/instances/batch", body: "{\"instances\": [\(items.joined(separator: ","))]}")
            #expect(reply.status == 200)
        }
    }
}
