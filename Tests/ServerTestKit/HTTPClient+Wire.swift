public import AsyncHTTPClient
import NIOCore
public import NIOHTTP1

/// What came back over the wire, before any client of ours has made something of it.
public struct WireAnswer: Sendable {
    public let status: UInt
    public let headers: HTTPHeaders
    public let body: [UInt8]

    public init(status: UInt, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPClient {
    /// Runs `body` with a client that opens as many connections as are asked for, and gives up on none by itself.
    public static func withManyConnections<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        return try await HTTPClient.withHTTPClient(configuration: configuration, body)
    }

    public func get(_ url: String, headers: [String: String] = [:]) async throws -> WireAnswer {
        var request = HTTPClientRequest(url: url)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await self.execute(request, deadline: .distantFuture)
        let body = try await response.body.collect(upTo: 16 << 20)
        return WireAnswer(
            status: response.status.code, headers: response.headers, body: Array(body.readableBytesView))
    }
}
