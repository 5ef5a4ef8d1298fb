import NIOCore

/// Passes on what one side sends, as long as its direction is open. Used on its event loop only.
final class Relay: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    /// Bytes that may be on their way; beyond them nothing is read.
    private static let mostOnTheWay = 4 << 20

    private let proxy: CutProxy
    private let connection: ProxiedConnection
    private let direction: CutProxy.Directions
    var other: (any Channel)?
    private var mayRead = false
    private var onTheWay = 0
    /// No network passes on what came after bytes that it lost.
    private var hasLost = false
    /// When the last bytes arrive that were sent; later ones do not overtake them.
    private var lastArrival = NIODeadline.now()

    init(_ proxy: CutProxy, _ connection: ProxiedConnection, _ direction: CutProxy.Directions) {
        self.proxy = proxy
        self.connection = connection
        self.direction = direction
    }

    /// The other side is there. A channel that is asked to read before it is active never reads.
    func beginReading(_ channel: any Channel) {
        self.mayRead = true
        if channel.isActive { self.read(true, channel) }
    }

    private func read(_ isReading: Bool, _ channel: any Channel) {
        channel.setOption(.autoRead, value: isReading).whenFailure { _ in channel.close(promise: nil) }
    }

    func channelActive(context: ChannelHandlerContext) {
        if self.mayRead { self.beginReading(context.channel) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data)
        guard self.passes() else { return }
        let delay = self.proxy.delay
        if delay == .zero, self.onTheWay == 0 {
            self.other?.writeAndFlush(bytes, promise: nil)
        } else {
            self.send(bytes, delay, context.channel)
        }
    }

    private func passes() -> Bool {
        if !self.hasLost, self.proxy.passes(self.direction) { return true }
        self.hasLost = true
        self.connection.lose()
        return false
    }

    private func send(_ bytes: ByteBuffer, _ delay: Duration, _ channel: any Channel) {
        self.lastArrival = max(self.lastArrival, .now() + TimeAmount(delay))
        self.onTheWay += bytes.readableBytes
        if self.onTheWay > Self.mostOnTheWay { self.read(false, channel) }
        channel.eventLoop.scheduleTask(deadline: self.lastArrival) {
            let wasFull = self.onTheWay > Self.mostOnTheWay
            self.onTheWay -= bytes.readableBytes
            if wasFull, self.onTheWay <= Self.mostOnTheWay { self.read(true, channel) }
            // What is on its way when the line goes dead is lost as well.
            guard self.passes() else { return }
            self.other?.writeAndFlush(bytes, promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.other?.close(promise: nil)
        self.other = nil
    }
}
