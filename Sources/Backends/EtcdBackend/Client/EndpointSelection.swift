/// Which of several endpoints is asked: the one that answered last, and after a failure the next in turn.
struct EndpointSelection: Hashable {
    let count: Int
    private(set) var preferred = 0

    init(count: Int) { self.count = count }

    /// A call to an endpoint failed in a way that another one may not.
    mutating func noteFailure(of endpoint: Int) {
        // Calls that fail together move on by one, not by as many as they are.
        if endpoint == self.preferred { self.preferred = self.next(after: endpoint) }
    }

    func next(after endpoint: Int) -> Int { (endpoint + 1) % self.count }
}

/// How long to wait before what failed is tried again: doubled each time up to a bound, less a random part of up to half, so that
/// those who failed together do not come back together.
struct Backoff: Hashable {
    let first: Duration
    let longest: Duration
    private(set) var failures = 0

    static let reconnecting = Backoff(first: .milliseconds(50), longest: .seconds(2))

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    mutating func reset() { self.failures = 0 }

    /// - Parameter random: 0 up to 1.
    mutating func next(random: Double = .random(in: 0..<1)) -> Duration {
        let doubled = self.first * (1 << min(self.failures, 16))
        self.failures += 1
        return min(doubled, self.longest) * (1 - random / 2)
    }
}
