import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import RollcallClient
import ServerTestKit
import Synchronization

/// A receiver of deliveries on loopback, which does what a test tells it to.
final class CallbackReceiver: Sendable {
    /// What it answers from now on.
    enum Manner: Sendable {
        case status(Int)
        /// A status with a header of its own: where to go instead.
        case redirect(Int, to: String)
        /// Nothing, ever.
        case hang
        /// A status after so long.
        case slow(Int, Duration)
        /// 200, and then a body without an end.
        case endless
    }

    struct Delivery: Sendable {
        let webhookID: String
        let body: [UInt8]

        private func field(_ name: String) -> Any? {
            (try? JSONSerialization.jsonObject(with: Data(self.body))).flatMap { ($0 as? [String: Any])?[name] }
        }
        var revision: Int { (self.field("revision") as? NSNumber)?.intValue ?? -1 }
        var sequence: Int { (self.field("sequence") as? NSNumber)?.intValue ?? -1 }
        var subscription: String { self.field("subscription_id") as? String ?? "" }
        /// The ids in the snapshot.
        var instances: [String] {
            let snapshot = self.field("snapshot") as? [String: Any]
            return (snapshot?["instances"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        }
    }

    private struct State {
        var manner = Manner.status(200)
        var deliveries: [Delivery] = []
        /// Those that were answered with 2xx.
        var taken: [Delivery] = []
        var connections = 0
    }

    private let state = Mutex(State())
    private let channel = Mutex<(any Channel)?>(nil)

    var deliveries: [Delivery] { self.state.withLock { $0.deliveries } }
    var taken: [Delivery] { self.state.withLock { $0.taken } }
    var connections: Int { self.state.withLock { $0.connections } }
    func be(_ manner: Manner) { self.state.withLock { $0.manner = manner } }

    let host: String
    let port: Int
    var url: String { "http://\(self.host):\(self.port)/hook" }

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Runs `body` with a receiver that listens, and closes it.
    static func run(
        host: String = "127.0.0.1", _ manner: Manner = .status(200), _ body: (CallbackReceiver) async throws -> Void
    ) async throws {
        let receiver = CallbackReceiver(host: host, port: try await FreePort.find())
        receiver.be(manner)
        try await receiver.open()
        do {
            try await body(receiver)
        } catch {
            try? await receiver.close()
            throw error
        }
        try await receiver.close()
    }

    func open() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(self))
                }
            }
            .bind(host: self.host, port: self.port).get()
        self.channel.withLock { $0 = channel }
    }

    /// Nobody listens any more.
    func close() async throws {
        let channel = self.channel.withLock { $0.take() }
        try await channel?.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let receiver: CallbackReceiver
        private var id = ""
        private var body: [UInt8] = []

        init(_ receiver: CallbackReceiver) { self.receiver = receiver }

        func channelActive(context: ChannelHandlerContext) {
            self.receiver.state.withLock { $0.connections += 1 }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head): self.id = head.headers.first(name: "webhook-id") ?? ""
            case .body(let bytes): self.body += bytes.readableBytesView
            case .end: self.answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            let delivery = Delivery(webhookID: self.id, body: self.body)
            self.body = []
            let manner = self.receiver.state.withLock { state in
                state.deliveries.append(delivery)
                return state.manner
            }
            switch manner {
            case .status(let status): self.write(status, [:], delivery, context)
            case .redirect(let status, let target): self.write(status, ["location": target], delivery, context)
            case .hang: break
            case .slow(let status, let time):
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: TimeAmount(time)) {
                    bound.value.0.write(status, [:], delivery, bound.value.1)
                }
            case .endless:
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["transfer-encoding": "chunked"])
                context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
                self.flood(context, ByteBuffer(repeating: 120, count: 64 << 10))
            }
        }

        private func write(
            _ status: Int, _ headers: HTTPHeaders, _ delivery: Delivery, _ context: ChannelHandlerContext
        ) {
            if (200..<300).contains(status) { self.receiver.state.withLock { $0.taken.append(delivery) } }
            var headers = headers
            headers.add(name: "content-length", value: "0")
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }

        private func flood(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(bytes)))).whenSuccess {
                bound.value.0.flood(bound.value.1, bytes)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
