import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on loopback whose connections can be cut, slowed, held up, or left without a word in one direction or both.
public final class CutProxy: Sendable {
    /// What is passed on.
    public struct Directions: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let toServer = Directions(rawValue: 1)
        public static let toClient = Directions(rawValue: 2)
        public static let both: Directions = [.toServer, .toClient]
    }

    private struct State {
        var directions = Directions.both
        var delay = Duration.zero
        var isRefusing = false
        var connections: [ObjectIdentifier: ProxiedConnection] = [:]
        var accepted = 0
    }

    private let target: Int
    private let state = Mutex(State())
    private let listener: any Channel
    public let port: Int

    public init(to target: Int) async throws {
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
    public var accepted: Int { self.state.withLock { $0.accepted } }

    /// Connections that are open and have lost bytes.
    public var broken: Int { self.state.withLock { $0.connections.values.count { $0.hasLost } } }

    /// Ends every connection; new ones are taken.
    public func cut() {
        for connection in self.state.withLock({ Array($0.connections.values) }) { connection.close() }
    }

    /// From now on bytes go only this way; what is held back is lost.
    public func pass(_ directions: Directions) { self.state.withLock { $0.directions = directions } }

    /// From now on bytes take so long, each way. They stay in order.
    public func delay(_ duration: Duration) { self.state.withLock { $0.delay = duration } }

    /// Whether new connections are closed at once.
    public func refuse(_ isRefusing: Bool) { self.state.withLock { $0.isRefusing = isRefusing } }

    /// All is well again. No network passes on what came after bytes that it lost, so a connection that lost some ends.
    public func heal() {
        let connections = self.state.withLock { state in
            (state.directions, state.delay, state.isRefusing) = (.both, .zero, false)
            return Array(state.connections.values)
        }
        for connection in connections where connection.hasLost { connection.close() }
    }

    func passes(_ direction: Directions) -> Bool { self.state.withLock { $0.directions.contains(direction) } }
    var delay: Duration { self.state.withLock { $0.delay } }

    private func accept(_ channel: any Channel) throws {
        let connection = ProxiedConnection(client: channel)
        let id = ObjectIdentifier(connection)
        let isRefusing = self.state.withLock { state in
            state.connections[id] = connection
            state.accepted += 1
            return state.isRefusing
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { $0.connections[id] = nil } }
        if isRefusing {
            channel.close(promise: nil)
            return
        }
        let inbound = Relay(self, connection, .toServer)
        try channel.pipeline.syncOperations.addHandler(inbound)
        // On the same event loop, so that each can write to the other's channel in order.
        ClientBootstrap(group: channel.eventLoop)
            .channelInitializer { other in
                other.eventLoop.makeCompletedFuture {
                    let outbound = Relay(self, connection, .toClient)
                    outbound.other = channel
                    inbound.other = other
                    try other.pipeline.syncOperations.addHandler(outbound)
                }
            }
            .connect(host: "127.0.0.1", port: self.target)
            .whenComplete { result in
                switch result {
                case .success: inbound.beginReading(channel)
                case .failure: channel.close(promise: nil)
                }
            }
    }
}

/// A connection through the proxy: its client's side ends, and so does the other.
final class ProxiedConnection: Sendable {
    private let client: any Channel
    private let lost = Atomic<Bool>(false)

    init(client: any Channel) { self.client = client }

    var hasLost: Bool { self.lost.load(ordering: .relaxed) }
    func lose() { self.lost.store(true, ordering: .relaxed) }
    func close() { self.client.close(promise: nil) }
}

/// The proxy, once it is made.
private final class ProxyBox: Sendable {
    private struct Weak { weak var proxy: CutProxy? }
    private let value = Mutex(Weak())
    var proxy: CutProxy? { self.value.withLock { $0.proxy } }
    func set(_ proxy: CutProxy) { self.value.withLock { $0.proxy = proxy } }
}
