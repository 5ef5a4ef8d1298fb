/// When a failed request is sent again. Pure: chance comes in as a number.
///
/// The waits are exponential with equal jitter, as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
public struct RetryPolicy: Sendable, Hashable {
    /// How often one request is sent at most to each of the nodes, the first time included; 3. With 1 nothing is sent again to any.
    public var attempts: Int
    /// The longest wait before the second attempt; it doubles with each; 100 ms.
    public var firstWait: Duration
    /// The longest wait at all; 2 s. A server that asks for more is not waited for: its answer is the result.
    public var longestWait: Duration

    public init(attempts: Int = 3, firstWait: Duration = .milliseconds(100), longestWait: Duration = .seconds(2)) {
        self.attempts = max(1, attempts)
        self.firstWait = firstWait
        self.longestWait = longestWait
    }

    public static let never = RetryPolicy(attempts: 1)

    /// Why an attempt failed, as far as it matters here.
    public enum Failure: Sendable, Hashable {
        /// No connection came about: nothing was carried out.
        case notSent
        /// The connection was lost or the time ran out: it may have been carried out.
        case unclear
        /// 429 or 503: it was not carried out. With the wait that the server asks for.
        case turnedAway(retryAfter: Duration?)
        /// Anything else: sending it again would change nothing.
        case final
    }

    /// How long to wait before sending the request again; nil: not at all.
    /// - Parameters:
    ///   - attempt: how often it was sent, from 1.
    ///   - repeatable: whether carrying it out twice is the same as once.
    ///   - chance: from 0 to 1, new each time.
    public func wait(after failure: Failure, attempt: Int, repeatable: Bool, chance: Double) -> Duration? {
        guard attempt < self.attempts else { return nil }
        switch failure {
        case .final: return nil
        case .unclear: return repeatable ? self.backoff(attempt: attempt, chance: chance) : nil
        case .notSent, .turnedAway(nil): return self.backoff(attempt: attempt, chance: chance)
        case .turnedAway(let asked?):
            // Later than asked, never sooner; spread, so that those turned away together do not come back together.
            let wait = asked + self.firstWait * chance
            return asked <= self.longestWait ? wait : nil
        }
    }

    /// Whether another node may be asked instead, at once.
    static func mayAskAnother(after failure: Failure, repeatable: Bool) -> Bool {
        switch failure {
        case .notSent, .turnedAway: true
        case .unclear: repeatable
        case .final: false
        }
    }

    private func backoff(attempt: Int, chance: Double) -> Duration {
        Backoff(first: self.firstWait, longest: self.longestWait).wait(attempt: attempt, chance: chance)
    }
}

/// Waits that double from `first` up to `longest`, each shortened by chance.
public struct Backoff: Sendable, Hashable {
    public var first: Duration
    public var longest: Duration

    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// Between half of the full wait and all of it. `attempt` counts from 1, `chance` is from 0 to 1.
    public func wait(attempt: Int, chance: Double) -> Duration {
        let doublings = min(max(attempt, 1) - 1, 30)
        let full = min(self.first * (1 << doublings), self.longest)
        return full * (0.5 + 0.5 * chance)
    }
}
