public import NIOCore

/// What load is made, and for how long.
public struct LoadPlan: Sendable {
    public enum Pace: Sendable, Hashable {
        /// Each connection sends its next request when the last one was answered.
        case closed
        /// That many requests a second are due, whether the server keeps up or not. Latency counts from when each was due, so
        /// that a stall is felt by every request that it held up: no coordinated omission.
        case open(perSecond: Double)
    }

    public var address: Address
    public var connections = 64
    /// Threads that drive them.
    public var eventLoops = 1
    public var pace = Pace.closed
    /// Load before the measurement begins.
    public var warmUp = Duration.milliseconds(500)
    /// The measurement. The run ends sooner when the source has no more requests.
    public var duration: Duration
    /// How long after its end the last answers may take.
    public var patience = Duration.seconds(30)
    public var source: RequestSource
    /// Whether an answer counts; `body` is the rest of `bytes` after the head, with the framing of chunks.
    public var accepts: @Sendable (_ status: Int, _ body: ByteBufferView) -> Bool = { status, _ in status / 100 == 2 }

    public init(_ address: Address, duration: Duration, source: @escaping RequestSource) {
        self.address = address
        self.duration = duration
        self.source = source
    }
}
