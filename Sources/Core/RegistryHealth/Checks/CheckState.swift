import RegistryModel

/// What is known of one check: UNKNOWN, and by enough passes or failures in a row UP or DOWN.
///
/// | is | passes in a row reach `successes_before_up` | failures in a row reach `failures_before_down` |
/// |---|---|---|
/// | UNKNOWN | UP | DOWN, unless it never passed and its start period is not over |
/// | UP | – | DOWN |
/// | DOWN | UP | – |
struct CheckState: Sendable, Hashable {
    private(set) var status = HealthState.unknown
    /// Since when it has had this status; nil until it has one.
    private(set) var since: Timestamp?
    private(set) var lastCheck: Timestamp?
    /// What the last probe said, in a sentence.
    private(set) var detail = ""
    /// In a row; one of these is zero.
    private(set) var successes = 0
    private(set) var failures = 0
    private(set) var hasPassed: Bool
    /// What a pass took lately, in milliseconds: the longest of late, which each quicker one lets shrink by an eighth.
    private var passed: Int64 = 0
    /// Monotonic milliseconds.
    private let begunAt: Int64

    /// - Parameter hasPassed: that it has started up is known from before: its start period is over.
    init(now: Int64, hasPassed: Bool = false) {
        self.begunAt = now
        self.hasPassed = hasPassed
    }

    /// Takes over what a probe came to; one that says nothing of the target changes nothing.
    ///
    /// - Parameters:
    ///   - begun: when the probe began, in monotonic milliseconds.
    ///   - now: monotonic milliseconds.
    ///   - time: the same moment for people.
    mutating func take(
        _ outcome: ProbeOutcome, by policy: CheckPolicy, begun: Int64, now: Int64, time: Timestamp
    ) {
        guard outcome.failure != .overloaded else { return }
        self.lastCheck = time
        self.detail = outcome.detail
        if outcome.failure == nil {
            self.hasPassed = true
            self.failures = 0
            self.passed = max(now - begun, self.passed - self.passed / 8)
            // A count that nobody waits for any more stands still rather than overflow.
            self.successes = min(self.successes + 1, Self.highestCount)
            if self.successes >= policy.successesBeforeUp { self.become(.up, at: time) }
        } else {
            self.successes = 0
            guard self.hasPassed || now - self.begunAt >= policy.startPeriod.milliseconds else { return }
            self.failures = min(self.failures + 1, Self.highestCount)
            if self.failures >= policy.failuresBeforeDown { self.become(.down, at: time) }
        }
    }

    /// A probe that is given less, in milliseconds, might fail for that alone: four times what a pass took. Zero: none has passed.
    var leastTimeout: Int64 { 4 * self.passed }

    private static let highestCount = 1_000_000_000

    private mutating func become(_ status: HealthState, at time: Timestamp) {
        guard self.status != status else { return }
        self.status = status
        self.since = time
    }
}
