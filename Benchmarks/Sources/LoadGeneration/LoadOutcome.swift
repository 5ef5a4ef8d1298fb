public import BenchmarkFigures
public import Histogram

/// What became of a run of load.
public struct LoadOutcome: Sendable {
    /// Requests that were answered as they should be, within the measurement.
    public var measured = 0
    /// The same with those before and after it.
    public var accepted = 0
    /// Answers that were not accepted.
    public var refused = 0
    /// The status of the first that was not accepted, and the beginning of its body.
    public var firstRefusal: String?
    /// Requests of an open loop that were due and never sent; their wait until the end is in the latencies.
    public var unsent = 0
    /// Seconds that the measurement took.
    public var seconds = 0.0
    /// Nanoseconds.
    public var latencies = LoadOutcome.emptyHistogram
    /// Cores that this process kept busy.
    public var generatorCPU = 0.0

    /// Up to two minutes, three digits.
    public static var emptyHistogram: Histogram<UInt64> {
        Histogram(highestTrackableValue: 120_000_000_000, numberOfSignificantValueDigits: .three)
    }

    public var rate: Double { self.seconds > 0 ? Double(self.measured) / self.seconds : 0 }
    public var latency: Latency? { Latency(self.latencies) }

    /// - Parameter latency: nanoseconds.
    mutating func record(_ latency: UInt64) { self.latencies.record(latency) }

    mutating func add(_ other: LoadOutcome) {
        self.measured += other.measured
        self.accepted += other.accepted
        self.refused += other.refused
        self.firstRefusal = self.firstRefusal ?? other.firstRefusal
        self.unsent += other.unsent
        self.seconds = max(self.seconds, other.seconds)
        self.latencies.add(other.latencies)
    }

    public struct Refusals: Error, CustomStringConvertible {
        public let description: String
    }

    /// Throws when an answer was not what it should be: a rate that counts failures says nothing.
    public func checked() throws -> LoadOutcome {
        guard self.refused == 0, self.accepted > 0 else {
            throw Refusals(
                description: "\(self.refused) answers were not as they should be, \(self.accepted) were; the first: "
                    + (self.firstRefusal ?? "none"))
        }
        return self
    }
}

extension Latency {
    /// Of nanoseconds; nil when nothing was recorded.
    public init?(_ histogram: Histogram<UInt64>) {
        guard histogram.totalCount > 0 else { return nil }
        func milliseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e6 }
        self.init(
            p50: milliseconds(histogram.valueAtPercentile(50)), p99: milliseconds(histogram.valueAtPercentile(99)),
            max: milliseconds(histogram.max))
    }
}
