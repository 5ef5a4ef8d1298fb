/// How long to wait before what failed is tried again: doubled each time up to a bound, less a random part of up to half, so that
/// those who failed together do not come back together.
public struct Backoff: Hashable, Sendable {
    public let first: Duration
    public let longest: Duration
    /// In a row, so far.
    public private(set) var failures = 0

    /// For a connection: 50 ms to 2 s.
    public static let reconnecting = Backoff(first: .milliseconds(50), longest: .seconds(2))

    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    public mutating func reset() { self.failures = 0 }

    /// - Parameter random: 0 up to 1.
    public mutating func next(random: Double = .random(in: 0..<1)) -> Duration {
        let doubled = self.first * (1 << min(self.failures, 16))
        self.failures += 1
        return min(doubled, self.longest) * (1 - random / 2)
    }
}
