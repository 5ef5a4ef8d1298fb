import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RegistryModel
import Synchronization

/// Sends requests to a registry, again or to another of its nodes where ``RetryPolicy`` says so, and opens streams.
///
/// It follows no redirect, so that the token goes nowhere but to the addresses it was given for.
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
        /// Who answered.
        var address: ServerAddress
    }

    /// A stream that is open, and to which node.
    struct Stream: Sendable {
        var response: HTTPClientResponse
        var address: ServerAddress
    }

    let configuration: RollcallClientConfiguration
    private let requests: HTTPClient
    private let streams: HTTPClient
    private let choice: Mutex<NodeChoice>

    init(configuration: RollcallClientConfiguration) {
        self.configuration = configuration
        self.choice = Mutex(NodeChoice(configuration.address, configuration.alternatives))
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

    /// The node that is asked next.
    var current: ServerAddress { self.choice.withLock { $0.current } }
    /// The registry that is followed; nil while no node has named one.
    var registry: String? { self.choice.withLock { $0.registry } }

    func send(_ request: Request) async throws(RollcallClientError) -> Reply {
        var attempt = 1
        var nodesAsked = 1
        while true {
            let address = self.current
            let failure: TransportFailure
            do {
                return try await self.send(request, onlyTo: address)
            } catch {
                failure = self.noting(error, address)
            }
            if nodesAsked <= self.configuration.alternatives.count,
                RetryPolicy.mayAskAnother(after: failure.kind, repeatable: request.isRepeatable)
            {
                nodesAsked += 1
                continue
            }
            let wait = self.configuration.retries.wait(
                after: failure.kind, attempt: attempt, repeatable: request.isRepeatable, chance: .random(in: 0...1))
            guard let wait else { throw failure.error }
            do { try await Task.sleep(for: wait) } catch { throw .cancelled }
            attempt += 1
            nodesAsked = 1
        }
    }

    /// Sends a request that is meant for this node and no other: one attempt, whatever becomes of it. Other requests go where they went.
    ///
    /// - Parameter limit: how long it may take; nil: as long as any other.
    func send(
        _ request: Request, onlyTo address: ServerAddress, atMost limit: Duration? = nil
    ) async throws(TransportFailure) -> Reply {
        let message = self.message(request, to: address)
        let reply = try await self.asking(address) {
            try await withTimeLimit(limit ?? self.configuration.requestTimeout + request.wait) {
                try await self.collect(
                    try await self.requests.execute(message, deadline: .distantFuture), from: address)
            }
        }
        self.note(reply.headers, of: address)
        guard reply.status < 300 || reply.status == 304 else { throw TransportFailure(reply, from: address) }
        return reply
    }

    /// Sends a request that nothing depends on: one attempt, and its answer is not looked at.
    func sendOnce(_ request: Request, to address: ServerAddress, atMost limit: Duration) async {
        let message = self.message(request, to: address)
        _ = try? await withTimeLimit(limit) {
            try await self.collect(
                try await self.requests.execute(message, deadline: .distantFuture), from: address)
        }
    }

    /// Opens a stream: returns once its head is there. Sent once; whoever watches resumes by itself.
    func open(_ request: Request) async throws(TransportFailure) -> Stream {
        let address = self.current
        do {
            return Stream(response: try await self.open(request, at: address), address: address)
        } catch {
            throw self.noting(error, address)
        }
    }

    /// A stream broke off, or what was read of one shows a revision.
    func leave(_ address: ServerAddress) { self.choice.withLock { $0.leave(address) } }
    func note(_ revision: Revision, at address: ServerAddress) {
        self.choice.withLock { $0.note(revision, of: nil, at: address) }
    }

    private func open(
        _ request: Request, at address: ServerAddress
    ) async throws(TransportFailure) -> HTTPClientResponse {
        let (message, limit) = (self.message(request, to: address), self.configuration.requestTimeout)
        let response = try await self.asking(address) {
            try await self.streams.execute(message, timeout: TimeAmount(limit))
        }
        self.note(response.headers, of: address)
        if (200...299).contains(response.status.code) { return response }
        let reply = try await self.asking(address) {
            try await withTimeLimit(limit) { try await self.collect(response, from: address) }
        }
        throw TransportFailure(reply, from: address)
    }

    /// Any answer shows how far its node is, one that says no included.
    private func note(_ headers: HTTPHeaders, of address: ServerAddress) {
        guard let revision = headers.first(name: "Rollcall-Revision").flatMap({ Int64($0) }) else { return }
        let registry = headers.registry
        self.choice.withLock { $0.note(Revision(revision), of: registry, at: address) }
    }

    private func collect(_ response: HTTPClientResponse, from address: ServerAddress) async throws -> Reply {
        let body = try await response.body.collect(upTo: self.configuration.largestAnswer)
        return Reply(
            status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView),
            address: address)
    }

    private func message(_ request: Request, to address: ServerAddress) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: "\(address)\(request.target)")
        message.method = request.method
        let seen = self.choice.withLock { $0.seen }
        if request.method == .GET, seen > .zero {
            message.headers.add(name: "Rollcall-Min-Revision", value: seen.description)
        }
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

    private func asking<Value: Sendable>(
        _ address: ServerAddress, _ operation: () async throws -> Value
    ) async throws(TransportFailure) -> Value {
        do {
            return try await operation()
        } catch {
            throw TransportFailure(error, from: address)
        }
    }

    /// Unless it would be the same everywhere, the next request goes to another node.
    private func noting(_ failure: TransportFailure, _ address: ServerAddress) -> TransportFailure {
        switch failure.kind {
        case .notSent, .unclear: self.choice.withLock { $0.lose(address) }
        case .turnedAway: self.leave(address)
        case .final: break
        }
        return failure
    }
}

extension HTTPHeaders {
    /// The registry that an answer is of; nil where it does not say.
    var registry: String? { self.first(name: "Rollcall-Registry").flatMap { $0.isEmpty ? nil : $0 } }
}
