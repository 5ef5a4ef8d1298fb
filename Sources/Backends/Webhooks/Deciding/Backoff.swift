import RegistryModel

/// How long to wait before a delivery is tried again: doubling from the first time to a longest one, half of it at random, so that
/// receivers that came back are not met by all at once (AWS Architecture Blog, "Exponential Backoff And Jitter", equal jitter).
struct Backoff: Sendable, Hashable {
    let first: TimeSpan
    let longest: TimeSpan

    /// - Parameter failures: tries in a row that failed, 1 or more.
    func delay(after failures: Int, using generator: inout some RandomNumberGenerator) -> TimeSpan {
        // Beyond this many doublings it is the longest anyway.
        let doublings = min(max(failures - 1, 0), 30)
        let full = min(self.first.milliseconds << doublings, self.longest.milliseconds)
        return TimeSpan(milliseconds: full / 2 + Int64.random(in: 0...(full - full / 2), using: &generator))
    }
}
