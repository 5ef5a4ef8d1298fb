/// A clock for deadlines, which stands still while this process cannot know who is alive. Milliseconds.
///
/// It follows the monotonic clock, but for the time in which the wheel ticked more than a second late (a stopped process, a
/// paused machine) or the store could not be reached. After a standstill, and after a start, every deadline is at least the
/// time of its end plus the instance's ttl: ``floor`` says when that was, and ``Lease/due(now:floor:)`` applies it.
struct LivenessTime: Sendable, Hashable {
    /// A tick later than this stops the clock.
    static let tolerance: Int64 = 1_000

    /// Monotonic milliseconds that did not count.
    private(set) var stoodStill: Int64 = 0
    /// Liveness time when it last began to run.
    private(set) var floor: Int64
    private(set) var standstills = 0
    private var lastTick: Int64
    private var isHeld = false

    init(monotonic: Int64) {
        self.lastTick = monotonic
        self.floor = monotonic
    }

    /// Liveness time at a monotonic time.
    func time(monotonic: Int64) -> Int64 { monotonic - self.stoodStill }

    /// Liveness time of the last tick.
    var atLastTick: Int64 { self.time(monotonic: self.lastTick) }

    /// No liveness time before the next tick is above this: if that comes later, or while the store is away, the clock will have stood
    /// still.
    func ceiling(interval: Int64) -> Int64 { self.atLastTick + (self.isHeld ? 0 : interval + Self.tolerance) }

    /// Beats may have been missed: every deadline is at least this time plus the instance's ttl.
    mutating func beginAnew(monotonic: Int64) { self.floor = max(self.floor, self.time(monotonic: monotonic)) }

    /// Ticks, and returns the liveness time. `storeIsAway`: the store cannot be reached at this moment.
    mutating func tick(monotonic: Int64, interval: Int64, storeIsAway: Bool) -> Int64 {
        let elapsed = max(monotonic - self.lastTick, 0)
        self.lastTick = max(monotonic, self.lastTick)
        let isLate = elapsed > interval + Self.tolerance
        if isLate || self.isHeld || storeIsAway {
            if !self.isHeld { self.standstills += 1 }
            self.stoodStill += elapsed
            self.floor = self.time(monotonic: self.lastTick)
        }
        self.isHeld = storeIsAway
        return self.time(monotonic: self.lastTick)
    }
}
