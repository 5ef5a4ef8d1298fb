import NIOCore
import NIOPosix

/// Clients that put values into etcd, one a call, each waiting for its answer before its next.
public struct EtcdPutPlan: Sendable {
    public var address: Address
    public var clients: Int
    /// The clients share these evenly; as many as clients means one for each.
    public var connections: Int
    public var warmUp = Duration.milliseconds(500)
    public var duration: Duration
    public var value: [UInt8]
    /// The key of the n-th put.
    public var key: @Sendable (Int) -> String
    public var firstNumber: Int

    public init(
        _ address: Address, clients: Int = 64, connections: Int, duration: Duration, value: [UInt8],
        firstNumber: Int = 0, key: @escaping @Sendable (Int) -> String
    ) {
        self.address = address
        self.clients = clients
        self.connections = connections
        self.duration = duration
        self.value = value
        self.firstNumber = firstNumber
        self.key = key
    }

    var callsEach: Int { max(1, self.clients / self.connections) }

    public func run() async throws -> LoadOutcome {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let outcome = try await self.run(on: group)
            try await group.shutdownGracefully()
            return outcome
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private func run(on group: MultiThreadedEventLoopGroup) async throws -> LoadOutcome {
        let meter = CPUMeter()
        var outcomes: [EventLoopFuture<LoadOutcome>] = []
        for connection in 0..<self.connections {
            let promise = group.next().makePromise(of: LoadOutcome.self)
            outcomes.append(promise.futureResult)
            do { try await self.connect(connection, group, promise) } catch { promise.fail(error) }
        }
        var total = LoadOutcome()
        var failure: (any Error)?
        for outcome in outcomes {
            do { total.add(try await outcome.get()) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        total.generatorCPU = meter.cores
        return total
    }

    private func connect(
        _ connection: Int, _ group: MultiThreadedEventLoopGroup, _ promise: EventLoopPromise<LoadOutcome>
    ) async throws {
        let patience = TimeAmount.nanoseconds(Int64((self.warmUp + self.duration + .seconds(30)).nanoseconds))
        _ = try await ClientBootstrap(group: group)
            .connectTimeout(.seconds(10))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    var number = self.firstNumber + connection
                    let handler = EtcdConnection(
                        plan: self,
                        nextNumber: {
                            number += self.connections
                            return number
                        }, finished: promise)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
                    channel.eventLoop.scheduleTask(in: patience) { bound.value.fail(LoadLoop.NoAnswer()) }
                }
            }
            .connect(host: self.address.host, port: self.address.port).get()
    }
}
