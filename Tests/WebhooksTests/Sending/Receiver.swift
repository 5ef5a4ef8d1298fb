import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A listener on loopback that answers whatever is sent to it with bytes of the test's choice, and keeps what it was sent.
final class Receiver: Sendable {
    /// What it does once it has the head of a request, or is connected to.
    enum Behaviour: Sendable {
        /// Writes this, and closes.
        case answer(String)
        /// Writes this, and keeps the connection open.
        case answerAndStay(String)
        /// Writes this, and then the second again and again.
        case flood(String, String)
        /// Takes the connection and says nothing.
        case hang
        /// Closes at once.
        case close
    }

    private struct Seen {
        var connections = 0
        var text = ""
        var written = 0
        var closed = 0
    }

    let port: Int
    private let channel: any Channel
    private let seen: Mutex<Seen>

    var connections: Int { self.seen.withLock { $0.connections } }
    /// All that was received.
    var text: String { self.seen.withLock { $0.text } }
    /// Bytes that were written.
    var written: Int { self.seen.withLock { $0.written } }

    /// Connections that have ended.
    var closed: Int { self.seen.withLock { $0.closed } }

    private init(_ channel: any Channel, _ seen: SeenBox) {
        self.channel = channel
        self.port = channel.localAddress?.port ?? 0
        self.seen = Mutex(Seen())
        seen.receiver.withLock { $0 = self }
    }

    private final class SeenBox: Sendable {
        let receiver = Mutex<Receiver?>(nil)
        func note(_ body: (inout Seen) -> Void) { self.receiver.withLock { $0 }?.seen.withLock { body(&$0) } }
    }

    /// Runs `body` with a receiver, and closes it.
    static func run(
        _ behaviour: Behaviour, host: String = "127.0.0.1", port: Int = 0, tls: NIOSSLContext? = nil,
        _ body: (Receiver) async throws -> Void
    ) async throws {
        let box = SeenBox()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour, box))
                }
            }
            .bind(host: host, port: port).get()
        let receiver = Receiver(channel, box)
        do {
            try await body(receiver)
        } catch {
            try? await channel.close()
            throw error
        }
        try? await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour
        private let box: SeenBox
        private var hasAnswered = false
        private var received = ""

        init(_ behaviour: Behaviour, _ box: SeenBox) {
            self.behaviour = behaviour
            self.box = box
        }

        func channelActive(context: ChannelHandlerContext) {
            self.box.note { $0.connections += 1 }
            if case .close = self.behaviour { context.close(promise: nil) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: self.unwrapInboundIn(data))
            self.received += text
            self.box.note { $0.text += text }
            guard self.received.contains("\r\n\r\n"), !self.hasAnswered else { return }
            self.hasAnswered = true
            switch self.behaviour {
            case .answer(let text):
                let context = NIOLoopBound(context, eventLoop: context.eventLoop)
                context.value.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
                    context.value.close(promise: nil)
                }
            case .answerAndStay(let text):
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .flood(let first, let more):
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: first)), promise: nil)
                self.flood(context, ByteBuffer(string: String(repeating: more, count: 1_024)))
            case .hang, .close:
                break
            }
        }

        private func flood(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.writeAndFlush(self.wrapOutboundOut(bytes)).whenSuccess {
                let (handler, context) = bound.value
                handler.box.note { $0.written += bytes.readableBytes }
                handler.flood(context, bytes)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { self.box.note { $0.closed += 1 } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
