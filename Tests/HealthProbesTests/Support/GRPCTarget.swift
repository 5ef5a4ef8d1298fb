import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization

/// A gRPC server with the health service and nothing else, written from the frames up, so that it can misbehave. Like those of grpc-go and
/// gRPC C it answers each message also with a PING.
final class GRPCTarget: Sendable {
    struct Reply: Sendable {
        /// With its prefix of five bytes; nil: none.
        var message: [UInt8]?
        var trailers: HPACKHeaders
        var headers: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
        /// Instead of an answer.
        var reset: HTTP2ErrorCode?
        /// Says that it takes no more calls after this one.
        var goesAway = false

        static func status(_ number: UInt8) -> Reply {
            Reply(message: [0, 0, 0, 0, 2, 8, number], trailers: ["grpc-status": "0"])
        }

        static func failure(_ code: String) -> Reply { Reply(trailers: ["grpc-status": code]) }
    }

    struct Counts: Sendable {
        var accepted = 0
        var open = 0
        /// The names of services that were asked about.
        var services: [String] = []
        var headers: [HPACKHeaders] = []
    }

    let port: UInt16
    private let counts: CountsBox

    private init(port: UInt16, counts: CountsBox) {
        self.port = port
        self.counts = counts
    }

    var seen: Counts { self.counts.counts.withLock { $0 } }

    static func run<Result: Sendable>(
        security: NIOSSLContext? = nil, _ reply: @escaping @Sendable (String) -> Reply?,
        _ body: (GRPCTarget) async throws -> Result
    ) async throws -> Result {
        let counts = CountsBox()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security { try pipeline.addHandler(NIOSSLServerHandler(context: security)) }
                    var configuration = NIOHTTP2Handler.ConnectionConfiguration()
                    configuration.controlFrameRateLimit.windowLength = .milliseconds(20)
                    try pipeline.addHandler(NIOHTTP2Handler(mode: .server, connectionConfiguration: configuration))
                    try pipeline.addHandler(GRPCTargetHandler(counts, reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let target = GRPCTarget(port: UInt16(listener.localAddress?.port ?? 0), counts: counts)
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

private final class CountsBox: Sendable {
    let counts = Mutex(GRPCTarget.Counts())
}

private final class GRPCTargetHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let shared: CountsBox
    private let reply: @Sendable (String) -> GRPCTarget.Reply?
    private var untold = 0

    init(_ shared: CountsBox, _ reply: @escaping @Sendable (String) -> GRPCTarget.Reply?) {
        self.shared = shared
        self.reply = reply
    }

    func channelActive(context: ChannelHandlerContext) {
        self.shared.counts.withLock {
            $0.accepted += 1
            $0.open += 1
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) { self.shared.counts.withLock { $0.open -= 1 } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = self.unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let headers): self.shared.counts.withLock { $0.headers.append(headers.headers) }
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data else { return }
            // Five bytes of prefix, then nothing, or a tag, a length and the name.
            let service = String(decoding: bytes.readableBytesView.dropFirst(7), as: UTF8.self)
            self.shared.counts.withLock { $0.services.append(service) }
            self.tell(context, bytes.readableBytes)
            self.answer(context, frame.streamID, self.reply(service))
        default: break
        }
    }

    /// Grants what was received once more.
    private func tell(_ context: ChannelHandlerContext, _ count: Int) {
        self.untold += count
        guard self.untold > 30_000 else { return }
        self.send(context, .rootStream, .windowUpdate(windowSizeIncrement: self.untold))
        self.untold = 0
    }

    private func answer(_ context: ChannelHandlerContext, _ stream: HTTP2StreamID, _ reply: GRPCTarget.Reply?) {
        self.send(context, .rootStream, .ping(HTTP2PingData(withInteger: 7), ack: false))
        guard let reply else { return context.flush() }
        if reply.goesAway {
            self.send(context, .rootStream, .goAway(lastStreamID: stream, errorCode: .noError, opaqueData: nil))
        }
        if let code = reply.reset {
            self.send(context, stream, .rstStream(code))
        } else if let message = reply.message {
            self.send(context, stream, .headers(.init(headers: reply.headers)))
            self.send(context, stream, .data(.init(data: .byteBuffer(ByteBuffer(bytes: message)))))
            self.send(context, stream, .headers(.init(headers: reply.trailers, endStream: true)))
        } else {
            var headers = reply.headers
            for trailer in reply.trailers { headers.add(name: trailer.name, value: trailer.value) }
            self.send(context, stream, .headers(.init(headers: headers, endStream: true)))
        }
        context.flush()
    }

    private func send(_ context: ChannelHandlerContext, _ stream: HTTP2StreamID, _ payload: HTTP2Frame.FramePayload) {
        context.write(self.wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
    }
}
