import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A target on a loopback address that does with each connection and each request what a script says, and counts both.
final class ScriptedTarget: Sendable {
    struct Request: Sendable {
        /// What has come, as text.
        let text: String
        /// Which connection it came on, from 1.
        let connection: Int
        /// The how many-th it is there, from 1.
        let number: Int
    }

    enum Act: Sendable {
        case say(String)
        case sayAndClose(String)
        /// One piece after another, with time between.
        case sayInPieces([String], every: TimeAmount)
        /// Says no more, but goes on listening.
        case sayAndHalfClose(String)
        case nothing
    }

    struct Counts: Sendable {
        var accepted = 0
        var open = 0
        var mostOpen = 0
        var requests: [String] = []
    }

    let host: String
    let port: UInt16
    private let counts: SharedCounts

    fileprivate init(host: String, port: UInt16, counts: SharedCounts) {
        self.host = host
        self.port = port
        self.counts = counts
    }

    var seen: Counts { self.counts.counts.withLock { $0 } }
}

/// What a target does.
struct Script: Sendable {
    /// With a new connection.
    var accepted: @Sendable () -> ScriptedTarget.Act = { .nothing }
    /// With a request, known by the blank line at its end.
    var requested: @Sendable (ScriptedTarget.Request) -> ScriptedTarget.Act = { _ in .nothing }

    /// Runs `body` while a target does this.
    func run<Result: Sendable>(
        on host: String = "127.0.0.1", security: NIOSSLContext? = nil, _ body: (ScriptedTarget) async throws -> Result
    ) async throws -> Result {
        let counts = SharedCounts()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 4_096)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security { try pipeline.addHandler(NIOSSLServerHandler(context: security)) }
                    try pipeline.addHandler(ScriptHandler(self, counts))
                }
            }
            .bind(host: host, port: 0).get()
        let target = ScriptedTarget(host: host, port: UInt16(listener.localAddress?.port ?? 0), counts: counts)
        do {
            let result = try await body(target)
            try await listener.close()
            return result
        } catch {
            try? await listener.close()
            throw error
        }
    }
}

final class SharedCounts: Sendable {
    let counts = Mutex(ScriptedTarget.Counts())
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: SharedCounts
    private let script: Script
    private var text = ""
    private var connection = 0
    private var number = 0

    init(_ script: Script, _ shared: SharedCounts) {
        self.script = script
        self.shared = shared
    }

    func channelActive(context: ChannelHandlerContext) {
        self.connection = self.shared.counts.withLock { counts in
            counts.accepted += 1
            counts.open += 1
            counts.mostOpen = max(counts.mostOpen, counts.open)
            return counts.accepted
        }
        self.act(context, self.script.accepted())
    }

    func channelInactive(context: ChannelHandlerContext) { self.shared.counts.withLock { $0.open -= 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.text += String(buffer: self.unwrapInboundIn(data))
        guard self.text.contains("\r\n\r\n") else { return }
        self.number += 1
        let request = ScriptedTarget.Request(text: self.text, connection: self.connection, number: self.number)
        self.shared.counts.withLock { $0.requests.append(request.text) }
        self.text = ""
        self.act(context, self.script.requested(request))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed = event as? ChannelEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func act(_ context: ChannelHandlerContext, _ act: ScriptedTarget.Act) {
        switch act {
        case .say(let text): self.say(context, text)
        case .sayAndClose(let text):
            if !text.isEmpty { self.say(context, text) }
            context.close(promise: nil)
        case .sayAndHalfClose(let text):
            self.say(context, text)
            context.close(mode: .output, promise: nil)
        case .sayInPieces(let pieces, let interval):
            let loop = context.eventLoop.assumeIsolated()
            for (index, piece) in pieces.enumerated() {
                let delay = TimeAmount.nanoseconds(interval.nanoseconds * Int64(index))
                loop.scheduleTask(in: delay) { if context.channel.isActive { self.say(context, piece) } }
            }
        case .nothing: break
        }
    }

    private func say(_ context: ChannelHandlerContext, _ text: String) {
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
