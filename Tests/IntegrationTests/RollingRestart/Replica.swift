import NIOCore
import NIOHTTP1
import NIOPosix
import RollcallClient

/// One instance of the service under test: a small HTTP server that can be stopped and started again, at the same address.
///
/// Stopped, it does what a process that ends does: its port refuses, and every connection it had is closed.
actor Replica {
    let port: Int
    private let client: RollcallClient
    private var listener: (any Channel)?
    private let connections = OpenChannels()
    private var incarnation: Int64

    init(port: Int, client: RollcallClient) {
        self.port = port
        self.client = client
        self.incarnation = 1
    }

    private var key: InstanceKey { self.client.instance("127.0.0.1:\(self.port)", of: "web") }

    /// Listens, and comes onto the roll.
    func start() async throws {
        let connections = self.connections
        self.listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answer())
                }
            }
            .bind(host: "127.0.0.1", port: self.port).get()
        let spec = InstanceSpec(host: "127.0.0.1", port: UInt16(self.port), ttl: .after(.seconds(60)))
        _ = try await self.client.register(
            Registration(service: self.key.service, spec: spec, incarnation: self.incarnation))
    }

    /// Ends as a process does, and leaves the roll after it is down.
    ///
    /// - Parameter drainWait: how long callers are waited for that are told first; nil: they are not told.
    /// - Returns: what the drain came to.
    @discardableResult
    func stop(drainWait: TimeSpan?, downtime: Duration) async throws -> DrainAnswer? {
        var answer: DrainAnswer?
        if let drainWait {
            answer = try await self.client.drain(self.key, wait: drainWait, incarnation: self.incarnation).value
        }
        try await self.listener?.close()
        await self.connections.closeAll()
        try await Task.sleep(for: downtime)
        try await self.client.deregister(self.key, incarnation: self.incarnation)
        self.incarnation += 1
        return answer
    }

    /// Answers each request with 200.
    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = self.unwrapInboundIn(data) else { return }
            let headers: HTTPHeaders = ["Content-Length": "2"]
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "ok")))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
