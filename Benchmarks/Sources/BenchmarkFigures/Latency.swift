/// How long answers took, in milliseconds.
public struct Latency: Codable, Sendable, Hashable {
    public var p50: Double
    public var p99: Double
    public var max: Double

    public init(p50: Double, p99: Double, max: Double) {
        self.p50 = p50
        self.p99 = p99
        self.max = max
    }
}

extension Collection<Latency> {
    /// The median of each figure over several rounds, but the worst of the worst: a stall in one round stays visible.
    public var median: Latency? {
        guard let p50 = self.map(\.p50).median, let p99 = self.map(\.p99).median, let worst = self.map(\.max).max()
        else { return nil }
        return Latency(p50: p50, p99: p99, max: worst)
    }
}
