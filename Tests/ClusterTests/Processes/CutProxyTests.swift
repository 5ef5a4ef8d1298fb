import NIOCore
import NIOPosix
import RegistryTestKit
import ServerTestKit
import Synchronization
import Testing

/// A proxy that did not cut what it says it cuts would find nothing.
@Suite("Links that fail")
struct CutProxyTests {
    /// Answers each byte with the same byte, and counts them.
    private final class Echo: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let received: Counter
        init(_ received: Counter) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received.add(self.unwrapInboundIn(data).readableBytes)
            context.writeAndFlush(data, promise: nil)
        }
    }

    private final class Sink: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let received: Counter
        init(_ received: Counter) { self.received = received }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received.add(self.unwrapInboundIn(data).readableBytes)
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { self.count.load(ordering: .relaxed) }
        func add(_ number: Int) { self.count.add(number, ordering: .relaxed) }
    }

    private struct Line {
        let proxy: CutProxy
        let client: any Channel
        let atServer: Counter
        let atClient: Counter

        func send(_ count: Int = 1) async throws {
            try await self.client.writeAndFlush(ByteBuffer(repeating: 0, count: count)).get()
        }
    }

    private func with(_ body: (Line) async throws -> Void) async throws {
        let (atServer, atClient) = (Counter(), Counter())
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo(atServer)) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = try await CutProxy(to: server.localAddress?.port ?? 0)
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Sink(atClient)) }
            }
            .connect(host: "127.0.0.1", port: proxy.port).get()
        let line = Line(proxy: proxy, client: client, atServer: atServer, atClient: atClient)
        try await line.send()
        try await eventually("the line is open") { atClient.value == 1 }
        try await body(line)
        try? await client.close()
        try await server.close()
    }

    @Test("Cut one way, bytes arrive the other way and the connection stays; healed, it ends, for it has lost some")
    func oneWay() async throws {
        try await self.with { line in
            line.proxy.pass(.toServer)
            try await line.send(3)
            try await eventually("they arrive, and the answer is lost") {
                line.atServer.value == 4 && line.proxy.broken == 1
            }
            #expect(line.client.isActive)
            line.proxy.heal()
            try await eventually("it ends") { !line.client.isActive }
            #expect(line.atClient.value == 1)
        }
        try await self.with { line in
            line.proxy.pass(.toClient)
            try await line.send(3)
            try await eventually("they are lost") { line.proxy.broken == 1 }
            line.proxy.heal()
            try await eventually("it ends") { !line.client.isActive }
            #expect(line.atServer.value == 1)
        }
    }

    @Test("What loses nothing stays open when it is healed")
    func kept() async throws {
        try await self.with { line in
            line.proxy.pass([])
            line.proxy.heal()
            try await line.send()
            try await eventually("they arrive") { line.atClient.value == 2 }
        }
    }

    @Test("Slow bytes arrive late, in order and all of them, also more than may be on their way")
    func delay() async throws {
        try await self.with { line in
            let start = ContinuousClock.now
            line.proxy.delay(.milliseconds(200))
            try await line.send(6 << 20)
            line.proxy.delay(.milliseconds(1))
            try await line.send()
            try await eventually("they arrive") { line.atServer.value == (6 << 20) + 2 }
            #expect(ContinuousClock.now - start >= .milliseconds(200))
        }
    }
}
