import RollcallClient

/// How targets really are and were, as far as the test knows: it did it to them.
struct TargetTruth {
    enum State: Sendable {
        case well
        case ill
        /// Between the two: nothing is claimed.
        case changing
    }

    /// Of each target every state it was in, in order.
    private var states: [InstanceKey: [(state: State, since: ContinuousClock.Instant)]] = [:]

    mutating func become(_ state: State, _ keys: [InstanceKey], at time: ContinuousClock.Instant) {
        for key in keys { self.states[key, default: []].append((state, time)) }
    }

    /// Nil: not a target.
    func state(of key: InstanceKey) -> (state: State, since: ContinuousClock.Instant)? { self.states[key]?.last }

    /// Nil: not a target, or not yet one.
    func state(
        of key: InstanceKey, at time: ContinuousClock.Instant
    ) -> (state: State, since: ContinuousClock.Instant)? {
        self.states[key]?.last { $0.since <= time }
    }
}

/// How long the registry may take to notice, with checks of one interval and timeout.
struct NoticeBound {
    var interval: Duration
    var timeout: Duration
    var failures: Int
    /// For this machine, on which everything else runs, too.
    var margin: Duration

    /// What is promised. The last probe that passed may have begun just before; each failing one ends `timeout` after its turn at the
    /// latest; 1 s for jitter, the commit and the answer.
    var documented: Duration { self.interval * self.failures + self.timeout + .seconds(1) }
    var down: Duration { self.documented + self.margin }
    /// One that passes, after one that failed by its timeout.
    var up: Duration { self.interval + self.timeout + .seconds(1) + self.margin }
}
