import NIOCore
import NIOPosix

/// Makes load over HTTP/1.1.
public enum Load {
    public static func run(_ plan: LoadPlan) async throws -> LoadOutcome {
        precondition(plan.connections > 0 && plan.eventLoops > 0, "load needs a connection and a thread")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: min(plan.eventLoops, plan.connections))
        do {
            let outcome = try await Self.run(plan, on: group)
            try await group.shutdownGracefully()
            return outcome
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private static func run(_ plan: LoadPlan, on group: MultiThreadedEventLoopGroup) async throws -> LoadOutcome {
        let loops = Array(group.makeIterator()).map { eventLoop in
            let promise = eventLoop.makePromise(of: LoadOutcome.self)
            let loop = NIOLoopBoundBox.makeBoxSendingValue(
                LoadLoop(plan: plan, finished: promise, eventLoop: eventLoop), eventLoop: eventLoop)
            return (eventLoop: eventLoop, loop: loop, outcome: promise.futureResult)
        }
        do {
            for number in 0..<plan.connections {
                let (eventLoop, loop, _) = loops[number % loops.count]
                try await Self.connect(plan.address, eventLoop) { loop.value.makeConnection(number) }
            }
        } catch {
            // Nobody waits for these any more.
            for (eventLoop, loop, _) in loops { try await eventLoop.submit { loop.value.abandon(error) }.get() }
            throw error
        }
        let meter = CPUMeter()
        let start = Moment.now
        for (eventLoop, loop, _) in loops { eventLoop.execute { loop.value.start(at: start) } }
        var total = LoadOutcome()
        var failure: (any Error)?
        for (_, _, outcome) in loops {
            do { total.add(try await outcome.get()) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        total.generatorCPU = meter.cores
        return total
    }

    private static func connect(
        _ address: Address, _ eventLoop: any EventLoop, _ make: @escaping @Sendable () -> HTTPConnection
    ) async throws {
        _ = try await ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(make())
                }
            }
            .connect(host: address.host, port: address.port).get()
    }
}
