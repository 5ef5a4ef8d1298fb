/// The time from a commit, as this node took it over, to its being written to a subscriber, by the kind of subscriber.
///
/// Of what is written at once the oldest change counts. Snapshots do not, be they the first ones or what follows a gap: they show
/// a state, however old, and no change.
public final class PropagationMetrics: Sendable {
    public let stream = Histogram()
    /// Of readers that waited for the change.
    public let blocking = Histogram()
    /// To the answer of the receiver.
    public let webhook = Histogram()

    init() {}

    /// Each with its name.
    public var all: [(subscriber: String, histogram: Histogram)] {
        [("stream", self.stream), ("blocking", self.blocking), ("webhook", self.webhook)]
    }
}

/// What the canary measures: an instance of the registry's own that comes, is seen, and expires.
public final class CanaryMetrics: Sendable {
    /// From asking until its registration was durable.
    public let register = Histogram()
    /// From asking until a watch told of it.
    public let seen = Histogram()
    /// From its deadline until a watch told that it is DOWN.
    public let expired = Histogram()
    /// Rounds of which a step failed, or was later than its bound.
    public let failures = Counter()

    init() {}

    /// Each with its name.
    public var all: [(step: String, histogram: Histogram)] {
        [("register", self.register), ("seen", self.seen), ("expired", self.expired)]
    }
}
