/// What would be a fault of the registry, if the machine let everybody do their work meanwhile.
struct Accusation {
    var text: String
    /// What it is about happened between these.
    var from: ContinuousClock.Instant
    var to: ContinuousClock.Instant
}

/// When the machine stood still, as a process says that did nothing but look at its clock: whatever the registry does, it is not seen here.
struct Stalls {
    /// From so much on, a target may not have answered in time.
    let shortest: Duration
    private var stalls: [(from: ContinuousClock.Instant, to: ContinuousClock.Instant)] = []

    init(shortest: Duration) { self.shortest = shortest }

    /// - Parameters:
    ///   - length: the longest one between `from` and `to`.
    mutating func add(_ length: Duration, from: ContinuousClock.Instant, to: ContinuousClock.Instant) {
        if length >= self.shortest { self.stalls.append((from, to)) }
    }

    /// - Parameter reach: how long a stall has effects.
    func excuse(_ accusation: Accusation, reach: Duration) -> Bool {
        self.stalls.contains { $0.to + reach >= accusation.from && $0.from <= accusation.to }
    }
}
