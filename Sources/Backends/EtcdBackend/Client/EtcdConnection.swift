import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Logging
import NIOCore
import NIOPosix
import SwiftProtobuf
import Synchronization

/// Calls to one endpoint. Its TCP connection is opened by ``run()``, again whenever it is lost, and with other certificates once the
/// files hold others.
final class EtcdConnection: Sendable {
    /// What one answer may hold: 64 MiB. A page of the largest records stays below.
    private static let answerBytes = 64 << 20

    /// A thread of their own, for as long as the process lives: neither leases nor beats wait behind the requests of clients.
    private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    let endpoint: EtcdEndpoint
    let configuration: EtcdConfiguration
    let logger: Logger?
    /// As they were when the first client was made; nil: there are none.
    let files: CertificateFiles?
    /// The one that calls begin on.
    let current: Mutex<Client>
    /// How many have been retired.
    let retired = RevisionGate()
    private var client: Client { self.current.withLock { $0 } }

    /// Throws `invalidTLS`.
    init(_ endpoint: EtcdEndpoint, _ configuration: EtcdConfiguration, _ logger: Logger?) throws(EtcdError) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.logger = logger
        self.files = configuration.usesTLS(endpoint) ? configuration.tls.map { CertificateFiles($0) } : nil
        self.current = Mutex(try Self.client(endpoint, configuration))
    }

    static func client(
        _ endpoint: EtcdEndpoint, _ configuration: EtcdConfiguration
    ) throws(EtcdError) -> Client {
        do {
            let transport = try HTTP2ClientTransport.Posix(
                target: endpoint.target, transportSecurity: .init(endpoint, configuration),
                config: .init(endpoint, configuration), eventLoopGroup: Self.loops)
            return GRPCClient(transport: transport)
        } catch let error as EtcdError {
            throw error
        } catch {
            throw EtcdError(.invalidTLS, "the connection to \(endpoint) cannot be set up: \(error)")
        }
    }

    /// One call with one answer.
    ///
    /// - Parameters:
    ///   - dialDeadline: when the connection must be there, at the latest.
    ///   - deadline: when the answer must be there.
    func call<Request: Message, Response: Message>(
        _ method: EtcdMethod<Request, Response>, _ request: Request, metadata: Metadata,
        dialDeadline: ContinuousClock.Instant, deadline: ContinuousClock.Instant
    ) async throws(EtcdError) -> Response {
        let isSent = SentFlag()
        do {
            return try await withThrowingTaskGroup(of: Response?.self) { group in
                group.addTask { try await self.send(method, request, metadata, isSent) }
                group.addTask {
                    try await Task.sleep(until: min(dialDeadline, deadline), clock: .continuous)
                    if isSent.isSet { try await Task.sleep(until: deadline, clock: .continuous) }
                    return nil
                }
                defer { group.cancelAll() }
                if let response = try await group.next() ?? nil { return response }
                throw isSent.isSet
                    ? EtcdError(.timedOut, "\(self.endpoint) did not answer in time", mayTakeEffect: true)
                    : EtcdError(.unavailable, "no connection to \(self.endpoint) came about in time")
            }
        } catch {
            throw self.error(error, wasSent: isSent.isSet)
        }
    }

    /// A call of which both sides go on. `body` gets the answers one by one; the call ends with it.
    func stream<Request: Message, Response: Message, Result: Sendable>(
        _ method: EtcdMethod<Request, Response>, metadata: Metadata,
        requests: @escaping @Sendable (RPCWriter<Request>) async throws -> Void,
        _ body: @escaping @Sendable (RPCAsyncSequence<Response, any Error>) async throws -> Result
    ) async throws(EtcdError) -> Result {
        do {
            return try await self.client.bidirectionalStreaming(
                request: StreamingClientRequest(of: Request.self, metadata: metadata, producer: requests),
                descriptor: method.descriptor, serializer: ProtobufSerializer<Request>(),
                deserializer: ProtobufDeserializer<Response>(), options: Self.options
            ) { response in try await body(response.messages) }
        } catch {
            throw self.error(error, wasSent: true)
        }
    }

    private func send<Request: Message, Response: Message>(
        _ method: EtcdMethod<Request, Response>, _ request: Request, _ metadata: Metadata, _ isSent: SentFlag
    ) async throws -> Response {
        let endpoint = self.endpoint
        return try await self.client.bidirectionalStreaming(
            request: StreamingClientRequest(of: Request.self, metadata: metadata) { writer in
                isSent.set()
                try await writer.write(request)
            },
            descriptor: method.descriptor, serializer: ProtobufSerializer<Request>(),
            deserializer: ProtobufDeserializer<Response>(), options: Self.options
        ) { response in
            var answer: Response?
            for try await message in response.messages { answer = message }
            guard let answer else {
                throw EtcdError(.unexpectedAnswer, "\(endpoint) gave no answer", mayTakeEffect: true)
            }
            return answer
        }
    }

    private static var options: CallOptions {
        var options = CallOptions.defaults
        options.maxResponseMessageBytes = Self.answerBytes
        options.waitForReady = false
        return options
    }

    private func error(_ error: any Error, wasSent: Bool) -> EtcdError {
        switch error {
        case var error as EtcdError:
            // It may have left at the moment at which it was given up.
            error.mayTakeEffect = error.mayTakeEffect || wasSent
            return error
        case let error as RPCError: return EtcdError(error, wasSent: wasSent)
        case is CancellationError: return EtcdError(.cancelled, "the call was cancelled", mayTakeEffect: wasSent)
        default: return EtcdError(.unavailable, "\(self.endpoint): \(error)", mayTakeEffect: wasSent)
        }
    }
}

/// Set once any of a request has left.
private final class SentFlag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { self.value.load(ordering: .acquiring) }
    func set() { self.value.store(true, ordering: .releasing) }
}
