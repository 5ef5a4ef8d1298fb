import NIOCore
import NIOExtras
import NIOHTTP1
import RegistryCatalog
import RegistryModel

/// Answers on the event loop what ``DirectAnswers`` can, and lets everything else pass.
///
/// A request is only held while none before it is owed an answer, so answers keep the order of their requests. While the answer to
/// one of its own waits for a commit, nothing further is read, and what was read already is taken up after the answer.
final class DirectHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// A request that may be answered here.
    private struct Held {
        let candidate: DirectAnswers.Candidate
        let head: HTTPRequestHead
        let start: NIODeadline
        var body: ByteBuffer?
    }

    private let answers: DirectAnswers
    /// The request that has not come to its end.
    private var held: Held?
    /// The request whose answer waits for a commit.
    private var owed: (request: Held, commit: DirectCommit)?
    private var postponed = PostponedReads()
    /// Whether somebody wants more to be read once no answer is owed.
    private var wantsRead = false
    private var isRemoved = false
    private var requestsPassedOn = 0
    private var hasWritten = false
    private var knownPeer: String?

    init(answers: DirectAnswers) { self.answers = answers }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.isRemoved = true
        self.postponed.removeAll()
    }

    // MARK: - Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = self.unwrapInboundIn(data)
        if self.isBusy { self.postpone(.part(part), context) } else { self.take(part, context) }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            if self.requestsPassedOn == 0, let candidate = self.answers.candidate(head) {
                self.held = Held(candidate: candidate, head: head, start: .now())
            } else {
                self.requestsPassedOn += 1
                context.fireChannelRead(self.wrapInboundOut(part))
            }
        case .body(var bytes):
            guard self.held != nil else { return context.fireChannelRead(self.wrapInboundOut(part)) }
            if (self.held?.body?.readableBytes ?? 0) + bytes.readableBytes > DirectAnswers.bodyLimit {
                self.passOn(context)
                context.fireChannelRead(self.wrapInboundOut(part))
            } else if self.held?.body?.writeBuffer(&bytes) == nil {
                self.held?.body = bytes
            }
        case .end:
            guard let held else { return context.fireChannelRead(self.wrapInboundOut(part)) }
            self.decide(held, end: part, context)
        }
    }

    private func decide(_ request: Held, end: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch self.answers.verdict(
            request.candidate, request.head, body: request.body, peer: self.peer(context))
        {
        case .answer(let answer):
            self.held = nil
            self.write(answer, to: request, context)
        case .commit(let commit):
            self.held = nil
            self.begin(commit, for: request, context)
        case .passOn:
            self.passOn(context)
            context.fireChannelRead(self.wrapInboundOut(end))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.flushWritten(context)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if self.isBusy { self.wantsRead = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.isBusy { return self.postpone(.error(error), context) }
        self.passOn(context)
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who closes idle connections for a graceful stop, or half-closed ones, must see that this one is not done.
        if self.isBusy { return self.postpone(.event(event), context) }
        self.pass(event, context)
    }

    private func pass(_ event: Any, _ context: ChannelHandlerContext) {
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

    // MARK: - Waiting for a commit

    private func begin(_ commit: DirectCommit, for request: Held, _ context: ChannelHandlerContext) {
        self.owed = (request, commit)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        self.answers.commit(commit) { outcome in
            bound.eventLoop.execute { bound.value.handler.finish(outcome, bound.value.context) }
        }
    }

    private func finish(_ outcome: DirectCommit.Outcome, _ context: ChannelHandlerContext) {
        guard let (request, commit) = self.owed else { return }
        self.owed = nil
        let answer = self.answers.answer(commit, outcome)
        // A client may have left; what it asked for is done and booked all the same.
        guard !self.isRemoved else { return self.record(answer, to: request, peer: self.knownPeer ?? "") }
        self.write(answer, to: request, context)
        self.flushWritten(context)
        self.takeUp(context)
    }

    // MARK: - What came meanwhile

    private var isBusy: Bool { self.owed != nil || !self.postponed.isEmpty }

    private func postpone(_ item: PostponedReads.Item, _ context: ChannelHandlerContext) {
        if !self.postponed.append(item) { context.close(promise: nil) }
    }

    /// Goes on where the answer was owed, until another one is.
    private func takeUp(_ context: ChannelHandlerContext) {
        var tookUp = false
        while self.owed == nil, let item = self.postponed.popFirst() {
            tookUp = true
            switch item {
            case .part(let part):
                self.take(part, context)
            case .event(let event):
                // Whoever closes the connection because of it must find nothing that is written and not sent.
                self.flushWritten(context)
                self.pass(event, context)
            case .error(let error):
                self.flushWritten(context)
                self.passOn(context)
                context.fireErrorCaught(error)
            }
        }
        self.flushWritten(context)
        if tookUp { context.fireChannelReadComplete() }
        if self.wantsRead, !self.isBusy {
            self.wantsRead = false
            context.read()
        }
    }

    // MARK: - Writing

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = self.unwrapOutboundIn(data) { self.requestsPassedOn -= 1 }
        context.write(data, promise: promise)
    }

    private func write(_ answer: DirectAnswers.Answer, to request: Held, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        context.write(self.wrapOutboundOut(.end(nil)), promise: nil)
        self.hasWritten = true
        self.record(answer, to: request, peer: self.peer(context))
    }

    private func record(_ answer: DirectAnswers.Answer, to request: Held, peer: String) {
        self.answers.record(answer, request.head, since: request.start, peer: peer)
    }

    private func flushWritten(_ context: ChannelHandlerContext) {
        guard self.hasWritten else { return }
        self.hasWritten = false
        context.flush()
    }

    private func peer(_ context: ChannelHandlerContext) -> String {
        if let knownPeer { return knownPeer }
        let peer = context.remoteAddress?.ipAddress ?? ""
        self.knownPeer = peer
        return peer
    }
}
