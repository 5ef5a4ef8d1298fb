import NIOCore
import NIOPosix

/// Many streams of events, each on a connection of its own.
public struct EventStreams: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let streams: [(channel: any Channel, connection: NIOLoopBound<EventConnection>)]

    /// Runs `body` with one stream for each path, once each has brought its first id.
    public static func with<Value>(
        _ address: Address, paths: [String], eventLoops: Int = 1, _ body: (EventStreams) async throws -> Value
    ) async throws -> Value {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoops)
        do {
            let streams = try await EventStreams(address, paths, group)
            let value = try await body(streams)
            try await group.shutdownGracefully()
            return value
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private init(_ address: Address, _ paths: [String], _ group: MultiThreadedEventLoopGroup) async throws {
        self.group = group
        var streams: [(channel: any Channel, connection: NIOLoopBound<EventConnection>)] = []
        var opened: [EventLoopFuture<Void>] = []
        for path in paths {
            let request = RequestBytes.request("GET", path, host: address.description)
            let eventLoop = group.next()
            let promise = eventLoop.makePromise(of: Void.self)
            opened.append(promise.futureResult)
            streams.append(
                try await ClientBootstrap(group: eventLoop).connectTimeout(.seconds(10))
                    .connect(host: address.host, port: address.port) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            let connection = EventConnection(request: request, opened: promise)
                            try channel.pipeline.syncOperations.addHandler(connection)
                            return (channel, NIOLoopBound(connection, eventLoop: channel.eventLoop))
                        }
                    })
        }
        self.streams = streams
        for future in opened { try await future.get() }
    }

    /// What each stream has brought so far.
    public func receipts() async throws -> [[EventReceipt]] {
        var all: [[EventReceipt]] = []
        for (channel, connection) in self.streams {
            all.append(
                try await channel.eventLoop.submit {
                    if let failure = connection.value.failure { throw failure }
                    return connection.value.receipts
                }.get())
        }
        return all
    }

    public struct Incomplete: Error, CustomStringConvertible {
        public let description: String
    }

    /// What each stream has brought, once all have brought this id or a later one.
    public func receipts(upTo id: Int64, within limit: Duration) async throws -> [[EventReceipt]] {
        let deadline = ContinuousClock.now + limit
        while true {
            let receipts = try await self.receipts()
            let behind = receipts.count { ($0.last?.id ?? 0) < id }
            if behind == 0 { return receipts }
            guard ContinuousClock.now < deadline else {
                throw Incomplete(description: "\(behind) streams did not bring \(id) within \(limit).")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
