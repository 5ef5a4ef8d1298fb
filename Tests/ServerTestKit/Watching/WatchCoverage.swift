/// What watchers were told without a snapshot. A snapshot makes up for anything: a server that tells nothing as it happens,
/// or that lets nobody go on, would keep its promises by snapshots alone.
public struct WatchCoverage: Sendable, CustomStringConvertible {
    /// Changes that happened while the stream was open.
    public var live = 0
    /// Streams that went on with the change after the id they came with.
    public var resumed = 0

    public init(live: Int = 0, resumed: Int = 0) {
        self.live = live
        self.resumed = resumed
    }

    public var description: String { "\(self.live) changes told live, \(self.resumed) streams resumed" }

    /// What is less than any sound server comes to in a run of the crash test.
    public func shortfalls(rounds: Int) -> [String] {
        var shortfalls: [String] = []
        if self.live < rounds * 10 { shortfalls.append("only \(self.live) changes were told live") }
        if self.resumed < rounds / 2 { shortfalls.append("only \(self.resumed) streams went on from their id") }
        return shortfalls
    }

    public static func + (one: WatchCoverage, other: WatchCoverage) -> WatchCoverage {
        WatchCoverage(live: one.live + other.live, resumed: one.resumed + other.resumed)
    }
}
