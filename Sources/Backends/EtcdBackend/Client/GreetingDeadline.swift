import NIOCore
import NIOHTTP2

/// Closes a connection on which the server says nothing, so that another one is tried.
///
/// The transport waits without end for the server's first frame. A member that is stopped, or a proxy that has lost it, takes
/// connections all the same, and one that was opened then would never be given up.
final class GreetingDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?

    init(_ timeout: TimeAmount) { self.timeout = timeout }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: self.timeout) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.deadline?.cancel()
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        context.fireChannelInactive()
    }
}

/// What stands before the HTTP/2 handler of each connection.
enum ConnectionHandlers {
    /// - Parameter dialTimeout: bounds how long the TCP connection may take, and then the server's first word.
    @Sendable static func install(on channel: any Channel, dialTimeout: TimeAmount) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let http2 = try pipeline.handler(type: NIOHTTP2Handler.self)
            try pipeline.addHandler(GreetingDeadline(dialTimeout), position: .before(http2))
            try pipeline.addHandler(PingResponder(), position: .before(http2))
        }.flatMap { channel.setOption(.connectTimeout, value: dialTimeout) }
    }
}
