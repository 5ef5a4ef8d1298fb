import NIOCore
import NIOSSL
import RegistryHealth
import Synchronization

/// What is said on a connection in one language: the decisions, without the connection.
protocol Dialogue {
    associatedtype Inbound
    associatedtype Outbound

    mutating func ask(_ question: ProbeQuestion) throws(ProbeFault) -> [Outbound]

    /// Takes what the target says, in an exchange or outside of any.
    ///
    /// - Throws: what ends the exchange and the connection.
    mutating func hear(_ part: Inbound) throws(ProbeFault) -> DialogueStep<Outbound>

    /// What can be said of the target when its time is over before the answer is complete; nil: nothing.
    var outcomeSoFar: ProbeAnswer? { get }
}

struct DialogueStep<Outbound> {
    var replies: [Outbound] = []
    /// The end of the exchange.
    var answer: ProbeAnswer?
    /// Whether the connection is of no more use.
    var closes = false
}

/// Holds one connection's dialogue, its time limits, and its end.
final class DialogueHandler<Language: Dialogue>: ChannelDuplexHandler {
    typealias InboundIn = Language.Inbound
    typealias OutboundIn = ProbeExchange
    typealias OutboundOut = Language.Outbound

    private var dialogue: Language
    private let idleTimeout: TimeAmount
    private let end: ConnectionEnd
    private var exchange: ProbeExchange?
    /// Whether something of the answer has come.
    private var hasHeard = false
    /// Ends the exchange or, without one, the connection.
    private var timer: Scheduled<Void>?

    init(_ dialogue: Language, idleTimeout: TimeAmount, end: ConnectionEnd) {
        self.dialogue = dialogue
        self.end = end
        self.idleTimeout = idleTimeout
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = self.unwrapOutboundIn(data)
        self.exchange = exchange
        self.hasHeard = false
        promise?.succeed()
        // TLS may have failed already, or the target has closed it since it was taken out of the pool.
        guard context.channel.isActive else { return self.fail(context, self.end.fault) }
        self.schedule(context, at: exchange.deadline)
        do throws(ProbeFault) {
            self.say(context, try self.dialogue.ask(exchange.question))
        } catch {
            self.fail(context, error)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(ProbeFault) {
            self.hasHeard = true
            let step = try self.dialogue.hear(self.unwrapInboundIn(data))
            self.say(context, step.replies)
            if let answer = step.answer { self.finish(context, answer) }
            if step.closes { context.close(promise: nil) }
        } catch {
            self.fail(context, error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.fail(context, .closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Many close without the farewell of TLS; whether the answer was complete is seen at the end of the connection.
        if case .uncleanShutdown = error as? NIOSSLError { return }
        self.fail(context, ProbeFault(answering: error))
    }

    private func say(_ context: ChannelHandlerContext, _ parts: [Language.Outbound]) {
        guard !parts.isEmpty else { return }
        for part in parts { context.write(self.wrapOutboundOut(part), promise: nil) }
        context.flush()
    }

    // MARK: Ends

    private func finish(_ context: ChannelHandlerContext, _ answer: ProbeAnswer) {
        guard let exchange = self.exchange else { return }
        self.exchange = nil
        self.schedule(context, at: .now() + self.idleTimeout)
        exchange.promise.succeed(answer)
    }

    private func fail(_ context: ChannelHandlerContext, _ fault: ProbeFault) {
        self.timer?.cancel()
        self.end.come(by: fault)
        let exchange = self.exchange
        // Before the connection is closed: that comes back here at once.
        self.exchange = nil
        context.close(promise: nil)
        guard let exchange else { return }
        var fault = fault
        fault.isStale = fault.isStale || exchange.question.isReused && !self.hasHeard && fault.failure == .rejected
        exchange.promise.fail(fault)
    }

    private func schedule(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
        self.timer?.cancel()
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
            if self.exchange != nil, let answer = self.dialogue.outcomeSoFar { self.finish(context, answer) }
            self.fail(context, .noAnswer)
        }
    }
}

/// Why a connection ended; for those who come to it afterwards.
final class ConnectionEnd: Sendable {
    private let first = Mutex<ProbeFault?>(nil)

    var fault: ProbeFault { self.first.withLock { $0 } ?? .closed }

    /// What comes first is what ended it.
    func come(by fault: ProbeFault) { self.first.withLock { $0 = $0 ?? fault } }
}
