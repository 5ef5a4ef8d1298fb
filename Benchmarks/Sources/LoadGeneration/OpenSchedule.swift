/// When each request of an open loop is due: evenly, from the start on.
public struct OpenSchedule: Sendable {
    private let start: UInt64
    private let interval: Double
    private var number = 0

    /// - Parameter start: nanoseconds of the monotonic clock.
    public init(start: UInt64, perSecond: Double) {
        precondition(perSecond > 0, "a rate is above 0")
        self.start = start
        self.interval = 1e9 / perSecond
    }

    public var next: UInt64 { self.start + UInt64(Double(self.number) * self.interval) }

    public mutating func advance() { self.number += 1 }
}
