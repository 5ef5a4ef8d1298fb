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
