import NIOCore
import NIOExtras
import NIOHTTP1

/// Answers on the event loop what ``DirectAnswers`` can, and lets everything else pass.
///
/// A request is only held while none before it is owed an answer, so answers keep the order of their requests.
final class DirectHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that has not come to its end, and may be answered here.
    private struct Held {
        let candidate: DirectAnswers.Candidate
        let head: HTTPRequestHead
        let start: NIODeadline
        var body: ByteBuffer?
    }

    private let answers: DirectAnswers
    private var held: Held?
    private var requestsPassedOn = 0
    private var hasWritten = false
    private var knownPeer: String?

    init(answers: DirectAnswers) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            if self.requestsPassedOn == 0, let candidate = self.answers.candidate(head) {
                self.held = Held(candidate: candidate, head: head, start: .now())
            } else {
                self.requestsPassedOn += 1
                context.fireChannelRead(data)
            }
        case .body(var bytes):
            guard self.held != nil else { return context.fireChannelRead(data) }
            if (self.held?.body?.readableBytes ?? 0) + bytes.readableBytes > DirectAnswers.bodyLimit {
                self.passOn(context)
                context.fireChannelRead(data)
            } else if self.held?.body?.writeBuffer(&bytes) == nil {
                self.held?.body = bytes
            }
        case .end:
            guard let held else { return context.fireChannelRead(data) }
            guard let answer = self.answers.answer(held.candidate, held.head, body: held.body) else {
                self.passOn(context)
                return context.fireChannelRead(data)
            }
            self.held = nil
            self.write(answer, context)
            self.answers.record(answer, held.head, since: held.start, peer: self.peer(context))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if self.hasWritten {
            self.hasWritten = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = self.unwrapOutboundIn(data) { self.requestsPassedOn -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.passOn(context)
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who closes idle connections for a graceful stop must see that this one is not idle.
        if event is ChannelShouldQuiesceEvent { self.passOn(context) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Gives the router what has come of the request that is held.
    private func passOn(_ context: ChannelHandlerContext) {
        guard let held else { return }
        self.held = nil
        self.requestsPassedOn += 1
        context.fireChannelRead(self.wrapInboundOut(.head(held.head)))
        if let body = held.body { context.fireChannelRead(self.wrapInboundOut(.body(body))) }
    }

    private func write(_ answer: DirectAnswers.Answer, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: answer.headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        context.write(self.wrapOutboundOut(.end(nil)), promise: nil)
        self.hasWritten = true
    }

    private func peer(_ context: ChannelHandlerContext) -> String {
        if let knownPeer { return knownPeer }
        let peer = context.remoteAddress?.ipAddress ?? ""
        self.knownPeer = peer
        return peer
    }
}
