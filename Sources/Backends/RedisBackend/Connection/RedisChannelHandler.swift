import NIOCore
import Synchronization

/// Commands that are sent together, and who waits for their replies.
struct RedisRequest: Sendable {
    let commands: [RedisCommand]
    let deadline: NIODeadline
    /// Failed with a ``RedisError``.
    let promise: EventLoopPromise<[RESPValue]>
}

/// One connection's requests and replies.
///
/// A request that is not answered in time ends the connection, and with it all that waits behind: answers come in order, so that
/// nothing after it could be told apart from it.
final class RedisChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = RedisRequest
    typealias OutboundOut = ByteBuffer

    private var parser = RESPParser()
    private var requests: RequestQueue<EventLoopPromise<[RESPValue]>>
    private var received = ByteBuffer()
    private let connectionEnd: ConnectionEnd
    private var timer: Scheduled<Void>?

    init(_ end: ConnectionEnd, limits: RequestQueue<EventLoopPromise<[RESPValue]>>.Limits = .init()) {
        self.connectionEnd = end
        self.requests = RequestQueue(limits: limits)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = self.unwrapOutboundIn(data)
        promise?.succeed()
        if let fault = self.connectionEnd.fault { return request.promise.fail(fault) }
        let length = request.commands.reduce(0) { $0 + $1.length }
        let hasRoom = self.requests.add(
            request.promise, commands: request.commands.count, bytes: length, deadline: request.deadline)
        guard hasRoom else {
            return request.promise.fail(RedisError(.overloaded, "too many commands wait for an answer"))
        }
        var buffer = context.channel.allocator.buffer(capacity: length)
        for command in request.commands { command.write(to: &buffer) }
        context.write(self.wrapOutboundOut(buffer), promise: nil)
        if self.timer == nil { self.schedule(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if self.received.readableBytes == 0 { self.received = bytes } else { self.received.writeBuffer(&bytes) }
        do throws(RESPFault) {
            while self.connectionEnd.fault == nil, let reply = try self.parser.next(&self.received) {
                switch self.requests.take(reply) {
                case .part: break
                case .whole(let promise, let replies):
                    promise.succeed(replies)
                    self.schedule(context)
                case .unexpected: self.end(context, RedisError(.unexpectedAnswer, "it said what nobody had asked"))
                }
            }
        } catch {
            self.end(context, RedisError(error))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(context, RedisError(error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(context, .closed)
        context.fireChannelInactive()
    }

    private func schedule(_ context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
        guard let deadline = self.requests.deadline else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.end(context, RedisError(.timedOut, "it did not answer in time"))
        }
    }

    /// The first cause is the one that is told.
    private func end(_ context: ChannelHandlerContext, _ fault: RedisError) {
        guard self.connectionEnd.note(fault) else { return }
        self.timer?.cancel()
        self.timer = nil
        for promise in self.requests.removeAll() { promise.fail(fault) }
        context.close(promise: nil)
    }
}

/// Why a connection is over: known to its handler, and still to be told when the connection has gone.
final class ConnectionEnd: Sendable {
    private let cause = Mutex<RedisError?>(nil)

    /// Nil while it is not over.
    var fault: RedisError? { self.cause.withLock { $0 } }

    /// The first cause counts; false when there was one.
    func note(_ fault: RedisError) -> Bool {
        self.cause.withLock { cause in
            guard cause == nil else { return false }
            cause = fault
            return true
        }
    }
}
