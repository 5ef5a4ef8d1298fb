import NIOCore
import NIOHTTP1
import RegistryModel

/// Sends one request and tells the status of its answer, once the connection is over: who counts deliveries counts connections. What
/// follows the status is read and dropped, as far as it comes soon and is short, so that the receiver can finish in peace.
final class ExchangeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: [ByteBuffer]
    private let answer: Once<Result<Int, ExchangeFault>>
    private var status: Int?
    private var fault: ExchangeFault?

    init(head: HTTPRequestHead, body: [ByteBuffer], answer: Once<Result<Int, ExchangeFault>>) {
        self.head = head
        self.body = body
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.head(self.head)), promise: nil)
        for part in self.body { context.write(self.wrapOutboundOut(.body(.byteBuffer(part))), promise: nil) }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            let status = Int(head.status.code)
            self.status = status
            let channel = context.channel
            context.eventLoop.scheduleTask(in: .milliseconds(WebhookSettings.drainTime.milliseconds)) {
                channel.close(promise: nil)
            }
        case .body:
            break
        case .end:
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.answer.give(self.status.map { .success($0) } ?? .failure(self.fault ?? .closed))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fault = self.fault ?? ExchangeFault(error)
        context.close(promise: nil)
    }
}

/// Counts what is read before anything is made of it, and ends the connection beyond a limit.
final class ReadLimitHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    init(limit: Int) { self.left = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.left -= self.unwrapInboundIn(data).readableBytes
        guard self.left >= 0 else {
            context.fireErrorCaught(ExchangeFault.tooLong)
            return
        }
        context.fireChannelRead(data)
    }
}
