import NIOCore

/// An open connection on which name, password and database are settled.
final class RedisConnection: Sendable, Identifiable {
    let id: Int
    let channel: any Channel
    private let end: ConnectionEnd

    init(id: Int, channel: any Channel, end: ConnectionEnd) {
        self.id = id
        self.channel = channel
        self.end = end
    }

    /// Sends commands together. The future fails with a ``RedisError``, at the deadline at the latest.
    func send(_ commands: [RedisCommand], until deadline: NIODeadline) -> EventLoopFuture<[RESPValue]> {
        let promise = self.channel.eventLoop.makePromise(of: [RESPValue].self)
        let request = RedisRequest(commands: commands, deadline: deadline, promise: promise)
        // Of no effect when the request has begun: then it ends by what happens to it.
        self.channel.writeAndFlush(request).whenFailure { promise.fail(self.end.fault ?? RedisError($0)) }
        return promise.futureResult
    }
}
