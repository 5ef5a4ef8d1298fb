import NIOCore

/// Is told what comes over a connection, on the connection's event loop.
protocol AnswerReceiver: AnyObject {
    /// A whole response; `bytes` begin with it.
    func received(_ response: ResponseScan, _ bytes: ByteBuffer, on connection: HTTPConnection)
    func lost(_ connection: HTTPConnection, _ error: any Error)
}

/// Sends prepared requests and finds the ends of their responses; one request at a time.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Closed: Error, CustomStringConvertible {
        var description: String { "The server closed a connection." }
    }

    /// Where its requests come from.
    let next: () -> ByteBuffer?
    /// When the request that is owed an answer was sent, or should have been; nanoseconds of the monotonic clock.
    var intendedAt: UInt64 = 0
    private var receiver: (any AnswerReceiver)?
    private var context: ChannelHandlerContext?
    private var pending = ByteBuffer()
    private var isOwedAnswer = false
    private var isClosing = false

    init(receiver: any AnswerReceiver, next: @escaping () -> ByteBuffer?) {
        self.receiver = receiver
        self.next = next
    }

    func send(_ request: ByteBuffer, intendedAt time: UInt64) {
        self.intendedAt = time
        self.isOwedAnswer = true
        self.context?.writeAndFlush(self.wrapOutboundOut(request), promise: nil)
    }

    func close() {
        self.isClosing = true
        self.context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        // Each holds the other until here.
        self.receiver = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if self.pending.readableBytes == 0 { self.pending = bytes } else { self.pending.writeBuffer(&bytes) }
        do {
            guard let response = try ResponseScan.of(self.pending) else { return }
            let whole = self.pending
            self.pending = ByteBuffer()
            guard self.isOwedAnswer, response.end == whole.readableBytes else {
                throw ResponseScan.Malformed(description: "More came than was asked for.")
            }
            self.isOwedAnswer = false
            self.receiver?.received(response, whole, on: self)
        } catch {
            self.fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { self.fail(Closed()) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { self.fail(error) }

    private func fail(_ error: any Error) {
        guard !self.isClosing else { return }
        self.close()
        self.receiver?.lost(self, error)
    }
}
