import Foundation
import RollcallClient

/// One clock for all that a run records, in nanoseconds from its start.
struct RunClock: Sendable {
    private let start = ContinuousClock.now
    private let wallStart = Date().timeIntervalSince1970

    var now: Int64 { Int64((ContinuousClock.now - self.start) / .nanoseconds(1)) }

    /// A time that a server on this machine wrote down.
    func time(of timestamp: Timestamp) -> Int64 {
        Int64((Double(timestamp.milliseconds) / 1_000 - self.wallStart) * 1_000_000_000)
    }
}
