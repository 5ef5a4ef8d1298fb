import Synchronization

/// A number that only grows. One atomic addition to count, and no lock anywhere.
public final class Counter: Sendable {
    private let count = Atomic<Int64>(0)

    public init() {}

    public func increment(by amount: Int64 = 1) { self.count.wrappingAdd(amount, ordering: .relaxed) }
    public var value: Int64 { self.count.load(ordering: .relaxed) }
}

/// A number that goes up and down.
public final class Gauge: Sendable {
    private let level = Atomic<Int64>(0)

    public init() {}

    public func increment() { self.level.wrappingAdd(1, ordering: .relaxed) }
    public func decrement() { self.level.wrappingSubtract(1, ordering: .relaxed) }
    public var value: Int64 { self.level.load(ordering: .relaxed) }

    /// Goes up unless it stands at `limit` already; false then.
    public func increment(below limit: Int64) -> Bool {
        let (_, new) = self.level.wrappingAdd(1, ordering: .relaxed)
        if new <= limit { return true }
        self.level.wrappingSubtract(1, ordering: .relaxed)
        return false
    }
}

/// How many durations fell below each bound, and their sum.
public final class Histogram: Sendable {
    /// Upper bounds in microseconds, from a cached answer to a slow store.
    public static let bounds: [Int64] = [
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 1_000_000, 5_000_000, 30_000_000,
    ]

    private let buckets: [Counter]
    private let total = Counter()

    public init() { self.buckets = (0...Self.bounds.count).map { _ in Counter() } }

    public func record(microseconds: Int64) {
        let index = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
        self.buckets[index].increment()
        self.total.increment(by: microseconds)
    }

    /// For each bound the count of durations at or below it, and last the count of all.
    public var cumulative: [Int64] {
        var sum: Int64 = 0
        return self.buckets.map { bucket in
            sum += bucket.value
            return sum
        }
    }

    /// Microseconds.
    public var sum: Int64 { self.total.value }
}
