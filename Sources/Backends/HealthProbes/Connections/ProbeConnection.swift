import NIOCore
import RegistryHealth
import RegistryModel

/// An open connection to a target.
final class ProbeConnection: Sendable, Identifiable {
    let id: Int
    let endpoint: Endpoint
    let channel: any Channel
    /// Whether it may stay open after a probe.
    let mayKeep: Bool

    private let end: ConnectionEnd

    init(id: Int, endpoint: Endpoint, channel: any Channel, mayKeep: Bool, end: ConnectionEnd) {
        self.id = id
        self.endpoint = endpoint
        self.channel = channel
        self.mayKeep = mayKeep
        self.end = end
    }

    /// One question at a time.
    ///
    /// - Returns: fails with a `ProbeFault`.
    func ask(_ attempt: ProbeAttempt, isReused: Bool) -> EventLoopFuture<ProbeAnswer> {
        let exchange = ProbeExchange(
            question: ProbeQuestion(
                target: attempt.target, isOverTLS: self.endpoint.certificateName != nil, mayKeep: self.mayKeep,
                isReused: isReused, timeLeft: attempt.timeLeft),
            deadline: attempt.deadline, promise: self.channel.eventLoop.makePromise())
        self.channel.writeAndFlush(exchange).whenFailure { _ in
            var fault = self.end.fault
            fault.isStale = isReused
            // Of no effect when the exchange has begun: then it ends by what happens to it.
            exchange.promise.fail(fault)
        }
        return exchange.promise.futureResult
    }

    func close() { self.channel.close(promise: nil) }
}

/// What is asked of a connection.
struct ProbeQuestion: Sendable {
    var target: ProbeTarget
    var isOverTLS: Bool
    /// Whether another question may follow.
    var mayKeep: Bool
    /// Whether it was preceded by one.
    var isReused: Bool
    var timeLeft: TimeAmount
}

/// A question, and who waits for the answer.
struct ProbeExchange: Sendable {
    let question: ProbeQuestion
    let deadline: NIODeadline
    let promise: EventLoopPromise<ProbeAnswer>
}

struct ProbeAnswer: Sendable, Hashable {
    var outcome: ProbeOutcome
    /// Whether the connection is fit for another question.
    var mayKeep: Bool
}
