/// What deliveries count, by what became of them. The results are a fixed set, given when it is made.
public final class WebhookMetrics: Sendable {
    /// The results with their counts, in the order in which they were given.
    public let results: [(name: String, count: Counter)]
    /// How long a try took that was answered with 2xx.
    public let duration = Histogram()

    public init(results: [String]) { self.results = results.map { ($0, Counter()) } }

    /// - Parameter microseconds: nil for a try that was not taken.
    public func record(_ result: String, microseconds: Int64?) {
        self.results.first { $0.name == result }?.count.increment()
        if let microseconds { self.duration.record(microseconds: microseconds) }
    }
}
