import HTTPTypes
import NIOCore
import NIOHTTP1

/// Tells a connection's guard that the request in progress waits for something to happen, and whom to tell when the client is gone.
struct RequestWaits: Sendable {
    let clientIsGone: @Sendable () -> Void
}

/// A request whose body did not arrive within the limit.
public struct BodyIsLate: Error {
    public init() {}
}

/// Stands at the head of each connection's handlers: keeps its deadlines, answers what is not HTTP, notices clients that leave.
///
/// One timer a connection at most, and none while an answer is owed and the request has been read: a busy connection schedules
/// nothing for its requests.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let connections: Gauge
    private var deadlines: ConnectionDeadlines
    private var timer: (scheduled: Scheduled<Void>, deadline: NIODeadline)?
    private var waiting: RequestWaits?
    private var closesAfterAnswer = false
    private var hasRefused = false
    private var clientSentEverything = false

    /// - Parameter connections: counts the connections that are open.
    init(limits: ConnectionDeadlines.Limits, connections: Gauge) {
        self.connections = connections
        self.deadlines = ConnectionDeadlines(limits: limits, now: .now())
    }

    // MARK: - Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.connections.increment()
        self.look(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.connections.decrement()
        self.timer?.scheduled.cancel()
        self.timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.tellWhoWaits()
        context.fireChannelInactive()
    }

    // MARK: - Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.hasRefused { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            if let fault = HostFault(head) { return self.refuse(fault, Problem(fault), context) }
            self.deadlines.readHead(now: .now())
            guard !head.isKeepAlive else { return context.fireChannelRead(data) }
            // Whoever answers looks for exactly this word; HTTP/1.0 and other spellings are brought to it.
            self.closesAfterAnswer = true
            var closing = head
            closing.headers.replaceOrAdd(name: "connection", value: "close")
            context.fireChannelRead(self.wrapInboundOut(.head(closing)))
        case .body:
            self.deadlines.readBody()
            context.fireChannelRead(data)
        case .end:
            self.deadlines.readEnd(now: .now())
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.deadlines.readBytes(now: .now())
        self.look(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let fault = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        self.refuse(fault, Problem(notHTTP: fault), context)
    }

    /// Answers what cannot be served, unless other answers come first, and closes.
    private func refuse(_ fault: any Error, _ problem: Problem, _ context: ChannelHandlerContext) {
        self.hasRefused = true
        if self.deadlines.owesAnswers { return context.fireErrorCaught(fault) }
        let body = problem.body
        let headers: HTTPHeaders = [
            "content-type": Problem.contentType, "content-length": "\(body.readableBytes)", "connection": "close",
        ]
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: problem.status.code), headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            self.clientSentEverything = true
            // As long as an answer is being made a half-closed client may want it; one that waits for news is gone.
            if self.waiting != nil { self.tellWhoWaits() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: - Writing

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head(var head) where self.closesAfterAnswer && head.status.code >= 200:
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            self.waiting = nil
            context.write(data, promise: promise)
            self.deadlines.wroteEnd(now: .now())
            self.look(context)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.deadlines.writability(isWritable: context.channel.isWritable, now: .now())
        self.look(context)
        context.fireChannelWritabilityChanged()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let waits = event as? RequestWaits else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        self.waiting = waits
        if self.clientSentEverything || !context.channel.isActive { self.tellWhoWaits() }
        promise?.succeed()
    }

    private func tellWhoWaits() {
        self.waiting?.clientIsGone()
        self.waiting = nil
    }

    // MARK: - Deadlines

    private func look(_ context: ChannelHandlerContext) {
        switch self.deadlines.verdict(now: .now()) {
        case .lookAgain(let deadline):
            // A timer that goes off earlier looks again by itself.
            guard let deadline, self.timer.map({ deadline < $0.deadline }) ?? true else { return }
            self.timer?.scheduled.cancel()
            let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
                self.timer = nil
                self.look(context)
            }
            self.timer = (scheduled, deadline)
        case .bodyIsLate:
            context.fireErrorCaught(BodyIsLate())
        case .close:
            context.close(promise: nil)
        }
    }
}
