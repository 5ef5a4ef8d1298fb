import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on loopback whose connections can be cut, or left without a word in one direction or both.
final class CutProxy: Sendable {
    /// What is passed on.
    struct Directions: OptionSet, Sendable {
        let rawValue: Int
        static let toServer = Directions(rawValue: 1)
        static let toClient = Directions(rawValue: 2)
        static let both: Directions = [.toServer, .toClient]
    }

    private struct State {
        var directions = Directions.both
        var isRefusing = false
        var channels: [any Channel] = []
        var accepted = 0
    }

    private let target: Int
    private let state = Mutex(State())
    private let listener: any Channel
    let port: Int

    init(to target: Int) async throws {
        self.target = target
        let box = ProxyBox()
        self.listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let proxy = box.proxy else { throw ChannelError.ioOnClosedChannel }
                    try proxy.accept(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = self.listener.localAddress?.port ?? 0
        box.set(self)
    }

    deinit { self.listener.close(promise: nil) }

    /// Connections so far.
    var accepted: Int { self.state.withLock { $0.accepted } }

    /// Ends every connection; new ones are taken.
    func cut() {
        let channels = self.state.withLock { state in
            defer { state.channels = [] }
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// From now on bytes go only this way; what is held back is lost.
    func pass(_ directions: Directions) { self.state.withLock { $0.directions = directions } }

    /// Whether new connections are closed at once.
    func refuse(_ isRefusing: Bool) { self.state.withLock { $0.isRefusing = isRefusing } }

    fileprivate func passes(_ direction: Directions) -> Bool {
        self.state.withLock { $0.directions.contains(direction) }
    }

    private func accept(_ channel: any Channel) throws {
        let isRefusing = self.state.withLock { state in
            state.channels.append(channel)
            state.accepted += 1
            return state.isRefusing
        }
        if isRefusing {
            channel.close(promise: nil)
            return
        }
        let inbound = Relay(self, .toServer)
        try channel.pipeline.syncOperations.addHandler(inbound)
        // On the same event loop, so that each can write to the other's channel in order.
        ClientBootstrap(group: channel.eventLoop)
            .channelInitializer { other in
                other.eventLoop.makeCompletedFuture {
                    let outbound = Relay(self, .toClient)
                    outbound.other = channel
                    inbound.other = other
                    try other.pipeline.syncOperations.addHandler(outbound)
                }
            }
            .connect(host: "127.0.0.1", port: self.target)
            .whenComplete { result in
                switch result {
                case .success(let other):
                    self.state.withLock { $0.channels.append(other) }
                    inbound.beginReading(channel)
                case .failure: channel.close(promise: nil)
                }
            }
    }
}

/// The proxy, once it is made.
private final class ProxyBox: Sendable {
    private struct Weak { weak var proxy: CutProxy? }
    private let value = Mutex(Weak())
    var proxy: CutProxy? { self.value.withLock { $0.proxy } }
    func set(_ proxy: CutProxy) { self.value.withLock { $0.proxy = proxy } }
}

/// Passes on what one side sends, as long as its direction is open. Used on its event loop only.
private final class Relay: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let proxy: CutProxy
    private let direction: CutProxy.Directions
    var other: (any Channel)?
    private var mayRead = false

    init(_ proxy: CutProxy, _ direction: CutProxy.Directions) {
        self.proxy = proxy
        self.direction = direction
    }

    /// The other side is there. A channel that is asked to read before it is active never reads.
    func beginReading(_ channel: any Channel) {
        self.mayRead = true
        if channel.isActive {
            channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) }
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        if self.mayRead { self.beginReading(context.channel) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.proxy.passes(self.direction) else { return }
        self.other?.writeAndFlush(self.unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.other?.close(promise: nil)
        self.other = nil
    }
}
