import GRPCCore
import Logging
import Outbound
import SwiftProtobuf
import Synchronization

/// A client of etcd, version 3: calls to whichever member answers, within deadlines.
///
/// What is only read is tried again elsewhere when a member does not answer; what writes is tried again only if it certainly did
/// not reach one (``EtcdError/mayTakeEffect`` says so of what failed).
final class EtcdClient: EtcdService {
    let configuration: EtcdConfiguration
    let logger: Logger?
    private let connections: [EtcdConnection]
    private let selection: Mutex<EndpointSelection>
    private let token: AccessToken?

    /// Throws `invalidTLS` when certificates or keys cannot be used, `refused` without an endpoint.
    init(_ configuration: EtcdConfiguration, logger: Logger? = nil) throws(EtcdError) {
        guard !configuration.endpoints.isEmpty else { throw EtcdError(.refused, "no endpoint of etcd is named") }
        self.configuration = configuration
        self.logger = logger
        var connections: [EtcdConnection] = []
        for endpoint in configuration.endpoints {
            connections.append(try EtcdConnection(endpoint, configuration, logger))
        }
        self.connections = connections
        self.selection = Mutex(EndpointSelection(count: connections.count))
        self.token = configuration.credentials == nil ? nil : AccessToken()
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            for connection in self.connections { group.addTask { await connection.run() } }
        }
    }

    var endpoints: [EtcdEndpoint] { self.configuration.endpoints }

    /// The endpoint that is asked at the moment, as a place in ``endpoints``.
    var preferredEndpoint: Int { self.selection.withLock { $0.preferred } }

    func endpoint(after endpoint: Int) -> Int { self.selection.withLock { $0.next(after: endpoint) } }

    /// What is asked at the moment does not do; later calls go elsewhere.
    func noteFailure(of endpoint: Int) { self.selection.withLock { $0.noteFailure(of: endpoint) } }

    func connection(_ endpoint: Int) -> EtcdConnection { self.connections[endpoint] }

    /// One call.
    ///
    /// - Parameters:
    ///   - isRead: it changes nothing, so that it may be carried out twice.
    ///   - endpoint: which one to ask, and no other; nil: whichever answers.
    ///   - limit: how long it may take; nil, and at most: as long as is configured.
    func call<Request: Message, Response: Message>(
        _ method: EtcdMethod<Request, Response>, _ request: Request, isRead: Bool, on endpoint: Int? = nil,
        within limit: Duration? = nil
    ) async throws(EtcdError) -> Response {
        let time = min(limit ?? self.configuration.request, self.configuration.request)
        // A read leaves the other endpoints their share of the time, unless there are none for it.
        let share = endpoint != nil && limit != nil ? time : time / self.connections.count
        let deadline = ContinuousClock.now + time
        var backoff = Backoff(first: .milliseconds(10), longest: .milliseconds(500))
        var expired: String?
        while true {
            let index = endpoint ?? self.preferredEndpoint
            let failure: EtcdError
            do {
                let metadata = try await self.metadata(on: index, insteadOf: expired, until: deadline)
                do {
                    return try await self.attempt(method, request, metadata, isRead, on: index, share, until: deadline)
                } catch  where error.code == .tokenExpired && expired == nil {
                    // It was refused before anything was done, whatever it is; once, so that a clock that is wrong does no harm.
                    expired = Self.token(in: metadata) ?? ""
                    continue
                }
            } catch {
                failure = error
            }
            guard failure.isTransient else { throw failure }
            self.noteFailure(of: index)
            let pause = backoff.next()
            guard endpoint == nil, isRead || !failure.mayTakeEffect, ContinuousClock.now + pause < deadline else {
                throw failure
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw EtcdError(.cancelled, "the call was cancelled")
            }
        }
    }

    private func attempt<Request: Message, Response: Message>(
        _ method: EtcdMethod<Request, Response>, _ request: Request, _ metadata: Metadata, _ isRead: Bool,
        on index: Int, _ share: Duration, until deadline: ContinuousClock.Instant
    ) async throws(EtcdError) -> Response {
        let now = ContinuousClock.now
        return try await self.connections[index].call(
            method, request, metadata: metadata,
            dialDeadline: now + min(self.configuration.dial, share),
            deadline: isRead ? min(deadline, now + share) : deadline)
    }

    // MARK: Authentication

    private static let tokenField = "token"

    /// What goes with a call or a stream: the token, and for a stream the wish to hear when its member has no leader.
    ///
    /// - Parameter expired: a token that was refused.
    func metadata(
        on endpoint: Int, insteadOf expired: String? = nil, until deadline: ContinuousClock.Instant,
        isStream: Bool = false
    ) async throws(EtcdError) -> Metadata {
        var metadata = Metadata()
        if isStream { metadata.addString("true", forKey: "hasleader") }
        guard let token, let credentials = self.configuration.credentials else { return metadata }
        let connection = self.connections[endpoint]
        let dialTimeout = self.configuration.dial
        let value = try await token.value(insteadOf: expired) { () async throws(EtcdError) -> String in
            var request = EtcdAuthenticateRequest()
            request.name = credentials.username
            request.password = credentials.password
            return try await connection.call(
                .authenticate, request, metadata: [:], dialDeadline: ContinuousClock.now + dialTimeout,
                deadline: deadline
            ).token
        }
        metadata.addString(value, forKey: Self.tokenField)
        return metadata
    }

    /// The token in what ``metadata(on:insteadOf:until:isStream:)`` gave.
    static func token(in metadata: Metadata) -> String? { metadata[stringValues: Self.tokenField].first { _ in true } }
}
