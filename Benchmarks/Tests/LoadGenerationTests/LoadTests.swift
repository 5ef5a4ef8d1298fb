import Histogram
import LoadGeneration
import NIOCore
import NIOPosix
import Synchronization
import Testing

struct LoadTests {
    /// Runs `body` with a server on loopback that hands every piece that comes to `answer`.
    private func withServer(
        _ answer: @escaping @Sendable (any Channel) -> Void, _ body: (Address) async throws -> Void
    ) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        try await body(Address(port: #require(channel.localAddress?.port)))
        try await channel.close()
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let answer: @Sendable (any Channel) -> Void

        init(answer: @escaping @Sendable (any Channel) -> Void) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { self.answer(context.channel) }
    }

    private static let okay = ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    private static let refusal = ByteBuffer(string: "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno")

    @Test func aSourceIsSentToItsEnd() async throws {
        let asked = Atomic(0)
        try await self.withServer { channel in
            asked.add(1, ordering: .relaxed)
            channel.writeAndFlush(Self.okay, promise: nil)
        } _: { address in
            let request = RequestBytes.request("GET", "/", host: "x")
            var plan = LoadPlan(
                address, duration: .seconds(60), source: Requests.each(0..<1_000) { _ in request })
            plan.connections = 7
            plan.warmUp = .zero
            let outcome = try await Load.run(plan).checked()
            #expect(outcome.accepted == 1_000)
            #expect(outcome.measured == 1_000)
            #expect(outcome.latencies.totalCount == 1_000)
        }
        #expect(asked.load(ordering: .relaxed) == 1_000)
    }

    @Test func anAnswerThatIsNotAcceptedIsNoSuccess() async throws {
        try await self.withServer {
            $0.writeAndFlush(Self.refusal, promise: nil)
        } _: { address in
            let request = RequestBytes.request("GET", "/", host: "x")
            var plan = LoadPlan(address, duration: .seconds(60), source: Requests.each(0..<10) { _ in request })
            plan.connections = 1
            let outcome = try await Load.run(plan)
            #expect(outcome.refused == 10)
            #expect(outcome.firstRefusal == "503 no")
            #expect(throws: LoadOutcome.Refusals.self) { try outcome.checked() }
        }
    }

    /// The server stalls once; all that was due meanwhile has waited, though only one request was under way.
    @Test func aStallIsFeltByAllThatWasDue() async throws {
        let stalled = Atomic(false)
        try await self.withServer { channel in
            let isFirst = !stalled.exchange(true, ordering: .relaxed)
            channel.eventLoop.scheduleTask(in: isFirst ? .milliseconds(500) : .zero) {
                channel.writeAndFlush(Self.okay, promise: nil)
            }
        } _: { address in
            let source = Requests.same(RequestBytes.request("GET", "/", host: "x"))
            var plan = LoadPlan(address, duration: .seconds(1), source: source)
            plan.connections = 1
            plan.warmUp = .zero
            plan.pace = .open(perSecond: 100)
            let outcome = try await Load.run(plan).checked()
            let waited = outcome.latencies.count(within: 100_000_000...120_000_000_000)
            // Fifty were due within the half second, and those of its first 400 ms waited at least 100.
            #expect(waited >= 40)
        }
    }

    /// Though the first connections run dry before the last, nothing is left out, and nothing counts as unsent.
    @Test func anOpenLoopSendsASourceToItsEnd() async throws {
        try await self.withServer {
            $0.writeAndFlush(Self.okay, promise: nil)
        } _: { address in
            let request = RequestBytes.request("GET", "/", host: "x")
            var plan = LoadPlan(address, duration: .seconds(60), source: Requests.each(0..<100) { _ in request })
            plan.connections = 7
            plan.pace = .open(perSecond: 1_000)
            plan.warmUp = .zero
            let outcome = try await Load.run(plan).checked()
            #expect(outcome.accepted == 100)
            #expect(outcome.unsent == 0)
            #expect(outcome.seconds < 30)
        }
    }

    @Test func aConnectionThatIsClosedEndsTheRun() async throws {
        try await self.withServer {
            $0.close(promise: nil)
        } _: { address in
            let source = Requests.same(RequestBytes.request("GET", "/", host: "x"))
            await #expect(throws: (any Error).self) {
                try await Load.run(LoadPlan(address, duration: .seconds(1), source: source))
            }
        }
    }

    @Test func anOpenScheduleIsEven() {
        var schedule = OpenSchedule(start: 1_000, perSecond: 4)
        let due = (0..<5).map { _ in
            defer { schedule.advance() }
            return schedule.next
        }
        #expect(due == [1_000, 250_001_000, 500_001_000, 750_001_000, 1_000_001_000])
    }

    @Test(arguments: [("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:8080", "::1", 8_080)])
    func addresses(_ text: String, _ host: String, _ port: Int) throws {
        let address = try #require(Address(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(arguments: ["127.0.0.1", ":x", "host:0", "host:70000"])
    func whatIsNoAddress(_ text: String) { #expect(Address(text) == nil) }
}
