import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import RegistryModel
import Synchronization

/// Opens connections.
final class Dialer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let security: ProbeSecurity
    private let idleTimeout: TimeAmount
    private let lastID = Atomic<Int>(0)

    init(group: MultiThreadedEventLoopGroup, security: ProbeSecurity, idleTimeout: TimeSpan) {
        self.group = group
        self.security = security
        self.idleTimeout = .milliseconds(idleTimeout.milliseconds)
    }

    func dial(
        _ endpoint: Endpoint, mayKeep: Bool, for attempt: ProbeAttempt
    ) async throws(ProbeFault) -> ProbeConnection {
        let context = try self.security.context(for: endpoint)
        let dialled = DialledChannel()
        let end = ConnectionEnd()
        let bootstrap = ClientBootstrap(group: self.group).connectTimeout(attempt.timeLeft)
            .channelInitializer { [idleTimeout] channel in
                channel.eventLoop.makeCompletedFuture {
                    try dialled.hold(channel)
                    try Self.configure(channel, for: endpoint, context, idleTimeout, end)
                }
            }
        let channel: any Channel
        do {
            channel = try await withTaskCancellationHandler {
                try await bootstrap.connect(to: endpoint.socketAddress).get()
            } onCancel: {
                dialled.cancel()
            }
        } catch {
            throw Task.isCancelled ? .cancelled : ProbeFault(connecting: error, to: endpoint.address)
        }
        let id = self.lastID.add(1, ordering: .relaxed).newValue
        return ProbeConnection(id: id, endpoint: endpoint, channel: channel, mayKeep: mayKeep, end: end)
    }

    private static func configure(
        _ channel: any Channel, for endpoint: Endpoint, _ context: NIOSSLContext?, _ idleTimeout: TimeAmount,
        _ end: ConnectionEnd
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let context, let name = endpoint.certificateName {
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name.isEmpty ? nil : name))
        }
        switch endpoint.language {
        case .none: break
        case .http:
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(DialogueHandler(HTTPDialogue(), idleTimeout: idleTimeout, end: end))
        case .grpc:
            try pipeline.addHandler(NIOHTTP2Handler(mode: .client, connectionConfiguration: Self.http2))
            try pipeline.addHandler(DialogueHandler(GRPCHealthDialogue(), idleTimeout: idleTimeout, end: end))
        }
    }

    /// Servers of gRPC send a PING with most data frames, to measure the bandwidth; the usual limit of 200 in 30 s would end each
    /// connection after 200 probes. A probe asks one question at a time, so that a flood is still told from this.
    private static let http2: NIOHTTP2Handler.ConnectionConfiguration = {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = nioDefaultSettings + [HTTP2Setting(parameter: .enablePush, value: 0)]
        configuration.controlFrameRateLimit.maximumCount = 200
        configuration.controlFrameRateLimit.windowLength = .milliseconds(20)
        return configuration
    }()
}

/// A connection that is being opened, so that it can be given up.
private final class DialledChannel: Sendable {
    private let state = Mutex<(channel: (any Channel)?, isCancelled: Bool)>((nil, false))

    func hold(_ channel: any Channel) throws(ProbeFault) {
        let isCancelled = self.state.withLock { state in
            state.channel = channel
            return state.isCancelled
        }
        if isCancelled { throw .cancelled }
    }

    func cancel() {
        let channel = self.state.withLock { state in
            state.isCancelled = true
            return state.channel
        }
        channel?.close(promise: nil)
    }
}
