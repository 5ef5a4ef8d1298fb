import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RollcallClient

/// What came back over the wire, before any client of ours has made something of it.
struct WireAnswer: Sendable {
    let status: UInt
    let headers: HTTPHeaders
    let body: [UInt8]

    /// What Discover answered.
    func discovered() throws -> DiscoverAnswer { try AnswerBody.discover(self.body.span) }
}

extension HTTPClient {
    /// Runs `body` with a client that opens as many connections as are asked for, and gives up on none by itself.
    static func withManyConnections<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        return try await HTTPClient.withHTTPClient(configuration: configuration, body)
    }

    func get(_ url: String, headers: [String: String] = [:]) async throws -> WireAnswer {
        var request = HTTPClientRequest(url: url)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await self.execute(request, deadline: .distantFuture)
        let body = try await response.body.collect(upTo: 16 << 20)
        return WireAnswer(
            status: response.status.code, headers: response.headers, body: Array(body.readableBytesView))
    }
}

extension LiveServer {
    func url(_ path: String) -> String { "http://\(self.address)\(path)" }

    /// A figure of `/metrics` that has no labels.
    func metric(_ name: String, _ http: HTTPClient) async throws -> Int {
        let text = try await String(decoding: http.get("http://\(self.metricsAddress)/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        guard let line, let value = Int(line.dropFirst(name.utf8.count + 1)) else { throw MissingMetric(name: name) }
        return value
    }

    struct MissingMetric: Error {
        let name: String
    }
}

extension RollcallClientConfiguration {
    /// Says what happened to each request, once, however long that takes.
    static var patient: RollcallClientConfiguration {
        RollcallClientConfiguration(requestTimeout: .seconds(120), retries: .never, connections: 256)
    }
}
