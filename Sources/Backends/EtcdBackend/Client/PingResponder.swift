import NIOCore

/// Answers a server's PING frames before swift-nio-http2 counts them.
///
/// Servers of grpc-go, etcd among them, send a PING with most data frames to estimate the bandwidth. swift-nio-http2 takes more
/// than 200 control frames in 30 seconds for an attack and closes the connection, and the transport exposes no setting for it: the
/// client would lose its connection after 200 calls.
final class PingResponder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var scanner = PingScanner()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var hasAnswered = false
        for piece in self.scanner.split(self.unwrapInboundIn(data)) {
            switch piece {
            case .other(let bytes):
                context.fireChannelRead(self.wrapInboundOut(bytes))
            case .ping(let frame) where context.channel.isWritable:
                context.write(self.wrapOutboundOut(PingScanner.answer(to: frame)), promise: nil)
                hasAnswered = true
            case .ping(let frame):
                // Answers would pile up: whoever asks so much without reading is left to the limit.
                context.fireChannelRead(self.wrapInboundOut(frame))
            }
        }
        if hasAnswered { context.flush() }
    }
}
