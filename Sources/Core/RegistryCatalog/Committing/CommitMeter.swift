import Synchronization

/// How long things took, as counts of those that took at most so many microseconds.
public struct LatencyHistogram: Sendable, Hashable {
    /// Upper bounds in microseconds; what took longer is only in ``count``.
    public static let bounds: [Int64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    ]

    /// One for each bound, not cumulative.
    public private(set) var buckets: [Int]
    public private(set) var count = 0
    public private(set) var totalMicroseconds: Int64 = 0

    public init() { self.buckets = Array(repeating: 0, count: Self.bounds.count) }

    public mutating func record(microseconds: Int64) {
        self.count += 1
        self.totalMicroseconds += microseconds
        if let index = Self.bounds.firstIndex(where: { microseconds <= $0 }) { self.buckets[index] += 1 }
    }
}

/// What the catalogue counts while it runs; never decreases.
struct CommitFigures: Sendable {
    var commits = 0
    var committedWrites = 0
    var conflicts = 0
    var unavailable = 0
    var latency = LatencyHistogram()

    /// What became of one group, and how long it took.
    mutating func note(_ outcomes: [CommitOutcome], microseconds: Int64) {
        self.latency.record(microseconds: microseconds)
        var committed = 0
        for outcome in outcomes {
            switch outcome {
            case .committed: committed += 1
            case .conflict: self.conflicts += 1
            case .unavailable: self.unavailable += 1
            }
        }
        if committed > 0 { self.commits += 1 }
        self.committedWrites += committed
    }
}

/// The figures of a catalogue at one moment.
public struct CatalogCounts: Sendable, Hashable {
    public var services = 0
    public var instances = 0
    public var available = 0
    public var up = 0
    public var down = 0
    public var unknown = 0
    /// Operators' decisions that hold.
    public var overrides = 0
    /// DOWN, with the flag.
    public var suspect = 0
    public var protectedServices = 0
    /// Whether the registry doubts what it sees of everything.
    public var isWidelyProtected = false
    /// Services that came under protection since this process started.
    public var protections = 0
    /// Commits of this node since it started.
    public var commits = 0
    public var committedWrites = 0
    public var conflicts = 0
    /// Writes that the store could not do.
    public var unavailableWrites = 0
    public var commitLatency = LatencyHistogram()
    /// Committed changes by cause since this process started.
    public var changes: [Change] = []
    public var queuedCommands = 0
    /// Watches and blocking readers that are open now.
    public var waiters = 0
    public var deltaLogEntries = 0
    public var encodedBytes = 0
    public var standstills = 0
    public var standstillMilliseconds: Int64 = 0

    /// How many committed changes had a cause.
    public struct Change: Sendable, Hashable {
        public var cause: String
        public var count: Int
    }
}
