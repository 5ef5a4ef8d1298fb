import RegistryModel

/// Decides how one instance stays on the roll. Performs no I/O, reads no clock, throws no dice.
///
/// One call to the registry is under way at a time: whoever drives this makes the call of a ``Step``, after its wait, and
/// says what became of it.
struct MembershipMachine: Sendable {
    enum State: Sendable, Hashable {
        /// Not on the roll, not yet or no longer. Can transition to `member`, `superseded` and `refused`.
        case outside
        /// On the roll. Can transition to `outside` and `superseded`.
        case member
        /// A newer incarnation has taken the id. Terminal.
        case superseded
        /// The registry does not take this registration, and would not later. Terminal.
        case refused
    }

    enum Call: Sendable, Hashable { case register, heartbeat }

    /// What became of a call.
    enum Answer: Sendable, Hashable {
        case accepted
        /// The instance is not on the roll.
        case unknown
        /// A newer incarnation is.
        case stale
        /// It will not be accepted as it is.
        case refused
        /// The registry was not there, or could not do it now.
        case unavailable(retryAfter: Duration?)
    }

    enum Step: Sendable, Hashable {
        case call(Call, after: Duration)
        case end
    }

    private(set) var state: State = .outside
    /// Whether the instance may be on the roll: a registration was accepted, or its answer is not known.
    private(set) var mayBeOnRoll = false
    private(set) var failures = 0
    private var wasMember = false
    private let heartbeatInterval: Duration
    private let backoff: Backoff

    /// - Parameter timeToLive: how long a heartbeat holds; beats go out three times as often.
    init(timeToLive: TimeSpan, backoff: Backoff) {
        self.heartbeatInterval = timeToLive.duration / 3
        self.backoff = backoff
    }

    var first: Step { .call(.register, after: .zero) }

    /// The next step after `answer` to `call`. `chance` is from 0 to 1, new each time.
    mutating func answered(_ call: Call, _ answer: Answer, chance: Double) -> Step {
        switch answer {
        case .accepted:
            self.state = .member
            self.wasMember = true
            self.mayBeOnRoll = true
            self.failures = 0
            return self.beat(chance)
        case .stale:
            self.state = .superseded
            self.mayBeOnRoll = false
            return .end
        case .unknown where call == .heartbeat:
            self.state = .outside
            self.mayBeOnRoll = false
            self.failures = 0
            return .call(.register, after: .zero)
        case .refused where !self.wasMember:
            self.state = .refused
            self.mayBeOnRoll = false
            return .end
        case .refused, .unknown:
            // It was taken before, so this may be set right at the registry: a token, a limit.
            return self.again(call, asked: nil, chance)
        case .unavailable(let asked):
            if call == .register { self.mayBeOnRoll = true }
            return self.again(call, asked: asked, chance)
        }
    }

    /// The call was given up before its answer came.
    mutating func interrupted(_ call: Call) {
        if call == .register { self.mayBeOnRoll = true }
    }

    private mutating func again(_ call: Call, asked: Duration?, _ chance: Double) -> Step {
        self.failures += 1
        let wait = self.backoff.wait(attempt: self.failures, chance: chance)
        // A beat that failed is not put off longer than a regular one would be.
        let bound = call == .heartbeat ? min(wait, self.heartbeatInterval) : wait
        return .call(call, after: max(bound, min(asked ?? .zero, self.backoff.longest)))
    }

    /// Between three quarters of the interval and all of it, so that those that registered together do not beat together.
    private func beat(_ chance: Double) -> Step {
        .call(.heartbeat, after: self.heartbeatInterval * (0.75 + 0.25 * chance))
    }
}
