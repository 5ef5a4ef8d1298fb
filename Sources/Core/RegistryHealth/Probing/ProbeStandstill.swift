/// Notices that this process stood still, a stopped process or a paused machine, or that this node was cut off from the others. What was
/// under way then says nothing of its target.
struct ProbeStandstill: Sendable, Hashable {
    /// Longer than this between two looks, in milliseconds, and it stood still; as the clock of heartbeats has it.
    static let tolerance: Int64 = 1_000

    private var lastLook: Int64
    private var wasCutOff = false
    /// How often it did: what began under another number than the present one is void.
    private(set) var count = 0

    init(now: Int64) { self.lastLook = now }

    /// Looks at the time. What is asked to decide anything looks first.
    ///
    /// - Parameters:
    ///   - now: monotonic milliseconds.
    ///   - interval: how often it is looked at least.
    ///   - isCutOff: whether this node is at this moment.
    mutating func look(now: Int64, interval: Int64, isCutOff: Bool) {
        if isCutOff || self.wasCutOff || now - self.lastLook > interval + Self.tolerance { self.count += 1 }
        self.wasCutOff = isCutOff
        self.lastLook = max(self.lastLook, now)
    }
}
