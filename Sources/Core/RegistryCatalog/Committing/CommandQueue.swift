import DequeModule
import RegistryModel
import Synchronization

/// Where commands wait for the next commit. Bounded; what does not fit is turned away at once.
final class CommandQueue: Sendable {
    private struct State {
        var waiting: Deque<Submission> = []
        var commands = 0
        /// What is being committed now.
        var inFlight: [Submission] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let waiter = Waiter()
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { self.state.withLock { $0.commands } }

    /// Queues a submission, or says why not. What the registry itself wants is never shed: it is bounded where it is made, and an
    /// expiry that was turned away would wait for another ttl.
    func add(_ submission: Submission, mayBeShed: Bool = true) -> RegistryError? {
        let error: RegistryError? = self.state.withLock { state in
            if state.isClosed {
                return RegistryError(
                    .notReady, "The server is stopping; try another one, or try again.", retryAfter: .seconds(1))
            }
            let fits = state.commands == 0 || state.commands + submission.commands.count <= self.limit
            guard fits || !mayBeShed else {
                return RegistryError(
                    .shed, "\(state.commands) commands wait for the store; try again after the time given.",
                    retryAfter: .seconds(1))
            }
            state.waiting.append(submission)
            state.commands += submission.commands.count
            return nil
        }
        if error == nil { self.waiter.signal() }
        return error
    }

    /// The next submissions, at least one and by then at most `limit` commands; waits for one. Nil once closed and empty, and
    /// when the task is cancelled.
    func next(limit: Int, orWithoutWaiting: Bool) async -> [Submission]? {
        while !Task.isCancelled {
            let (taken, isClosed) = self.state.withLock { state in
                var taken: [Submission] = []
                var count = 0
                while let first = state.waiting.first, taken.isEmpty || count + first.commands.count <= limit {
                    count += first.commands.count
                    taken.append(state.waiting.removeFirst())
                }
                state.commands -= count
                state.inFlight += taken
                return (taken, state.isClosed)
            }
            if !taken.isEmpty || orWithoutWaiting { return taken }
            if isClosed { return nil }
            _ = await self.waiter.wait(deadline: .max)
        }
        return nil
    }

    /// The group in flight is over.
    func finishGroup(keeping retried: [Submission]) {
        self.state.withLock { $0.inFlight = retried }
    }

    /// Fails what has waited for too long. Monotonic milliseconds.
    func expire(now: Int64) {
        let (queued, inFlight) = self.state.withLock { state in
            let queued = state.waiting.filter { $0.deadline <= now }
            if !queued.isEmpty {
                state.waiting.removeAll { $0.deadline <= now }
                state.commands -= queued.reduce(0) { $0 + $1.commands.count }
            }
            return (queued, state.inFlight.filter { $0.deadline <= now })
        }
        for submission in queued { submission.fail(Self.late("Nothing was changed; try again after the time given.")) }
        for submission in inFlight {
            submission.fail(Self.late("It may or may not have been done; asking again does no harm."))
        }
    }

    private static func late(_ advice: String) -> RegistryError {
        RegistryError(
            .storeUnavailable, "The store has not confirmed within registry.timeout. \(advice)", retryAfter: .seconds(1)
        )
    }

    /// Takes nothing new from now on.
    func close() {
        self.state.withLock { $0.isClosed = true }
        self.waiter.signal()
    }

    /// Takes nothing new from now on, and fails all that still waits: nobody commits any more.
    func abandon(_ error: RegistryError) {
        let left = self.state.withLock { state in
            defer {
                state.waiting = []
                state.inFlight = []
                state.commands = 0
                state.isClosed = true
            }
            return state.inFlight + state.waiting
        }
        for submission in left { submission.fail(error) }
    }
}
