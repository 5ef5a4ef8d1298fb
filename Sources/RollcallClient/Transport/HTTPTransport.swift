import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RegistryModel

/// Sends requests to one server, again where ``RetryPolicy`` says so, and opens streams.
///
/// It follows no redirect, so that the token goes nowhere but to the address it was given for.
final class HTTPTransport: Sendable {
    struct Request: Sendable {
        var method: HTTPMethod
        var target: RequestTarget
        var body: [UInt8]?
        var headers: [(name: String, value: String)] = []
        /// Whether carrying it out twice is the same as once.
        var isRepeatable = true
        /// What the server may take on top of the request timeout: the wait of a blocking read.
        var wait: Duration = .zero
    }

    /// An answer with a status below 400.
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    let configuration: RollcallClientConfiguration
    private let requests: HTTPClient
    private let streams: HTTPClient

    init(configuration: RollcallClientConfiguration) {
        self.configuration = configuration
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
        settings.timeout.connect = TimeAmount(configuration.connectTimeout)
        // A connection that cannot be made is an answer to the caller, who decides by the retry policy.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, configuration.connections)
        self.requests = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        // Every watch holds a connection for as long as it lasts, so they do not compete with requests.
        settings.timeout.read = TimeAmount(configuration.watchIdleTimeout)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        self.streams = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Closes every connection; what is under way fails.
    func shutdown() async {
        // Fails only when it has been called before, which does no harm.
        try? await self.requests.shutdown()
        try? await self.streams.shutdown()
    }

    func send(_ request: Request) async throws(RollcallClientError) -> Reply {
        var attempt = 1
        while true {
            let failure: TransportFailure
            do {
                return try await self.attempt(request)
            } catch {
                failure = error
            }
            let wait = self.configuration.retries.wait(
                after: failure.kind, attempt: attempt, repeatable: request.isRepeatable, chance: .random(in: 0...1))
            guard let wait else { throw failure.error }
            do { try await Task.sleep(for: wait) } catch { throw .cancelled }
            attempt += 1
        }
    }

    /// Sends a request that nothing depends on: one attempt, and its answer is not looked at.
    func sendOnce(_ request: Request, atMost limit: Duration) async {
        let message = self.message(request)
        _ = try? await withTimeLimit(limit) {
            try await self.collect(try await self.requests.execute(message, deadline: .distantFuture))
        }
    }

    /// Opens a stream: returns once its head is there. Sent once; whoever watches resumes by itself.
    func open(_ request: Request) async throws(TransportFailure) -> HTTPClientResponse {
        let (message, limit) = (self.message(request), self.configuration.requestTimeout)
        let response = try await self.translated {
            try await self.streams.execute(message, timeout: TimeAmount(limit))
        }
        guard (200...299).contains(response.status.code) else {
            let reply = try await self.translated {
                try await withTimeLimit(limit) { try await self.collect(response) }
            }
            throw TransportFailure(reply, from: self.configuration.address)
        }
        return response
    }

    private func attempt(_ request: Request) async throws(TransportFailure) -> Reply {
        let message = self.message(request)
        let reply = try await self.translated {
            try await withTimeLimit(self.configuration.requestTimeout + request.wait) {
                try await self.collect(try await self.requests.execute(message, deadline: .distantFuture))
            }
        }
        guard reply.status < 300 || reply.status == 304 else {
            throw TransportFailure(reply, from: self.configuration.address)
        }
        return reply
    }

    private func collect(_ response: HTTPClientResponse) async throws -> Reply {
        let body = try await response.body.collect(upTo: self.configuration.largestAnswer)
        return Reply(status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView))
    }

    private func message(_ request: Request) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: "\(self.configuration.address)\(request.target)")
        message.method = request.method
        if let name = self.configuration.clientName { message.headers.add(name: "Rollcall-Client", value: name) }
        if let token = self.configuration.token {
            message.headers.add(name: "Authorization", value: "Bearer \(token.secret)")
        }
        for header in request.headers { message.headers.add(name: header.name, value: header.value) }
        if let body = request.body {
            message.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: body))
        }
        return message
    }

    private func translated<Value: Sendable>(
        _ operation: () async throws -> Value
    ) async throws(TransportFailure) -> Value {
        do {
            return try await operation()
        } catch {
            throw TransportFailure(error, from: self.configuration.address)
        }
    }
}

struct TimeLimitExceeded: Error {}

/// Runs `operation`, and cancels it when it takes longer than `limit`: then throws ``TimeLimitExceeded``.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ operation: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimeLimitExceeded()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
