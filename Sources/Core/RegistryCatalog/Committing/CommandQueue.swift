import DequeModule
import RegistryModel
import Synchronization

/// Where commands wait for the next commit. Bounded; what does not fit is turned away at once.
final class CommandQueue: Sendable {
    /// Commands of one submission that are committed together.
    struct Portion {
        let submission: Submission
        let commands: Range<Int>
    }

    /// What waits of a submission: the commands from one on. Those before are being committed, or are done.
    fileprivate struct Waiting {
        let submission: Submission
        var first = 0

        var count: Int { self.submission.commands.count - self.first }
    }

    fileprivate struct State {
        var waiting: Deque<Waiting> = []
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
            state.waiting.append(Waiting(submission: submission))
            state.commands += submission.commands.count
            return nil
        }
        if error == nil { self.waiter.signal() }
        return error
    }

    /// The next commands, at most `limit`; waits for one. A submission is taken as a whole, unless it is larger than that. Nil once closed
    /// and empty, and when the task is cancelled.
    func next(limit: Int, orWithoutWaiting: Bool) async -> [Portion]? {
        while !Task.isCancelled {
            let (taken, isClosed) = self.state.withLock { state in (state.take(limit), state.isClosed) }
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
            // Once each: the committer may give one more time meanwhile.
            let isLate = state.waiting.map { $0.submission.deadline <= now }
            let queued = zip(state.waiting, isLate).filter(\.1).map(\.0)
            if !queued.isEmpty {
                state.waiting = Deque(zip(state.waiting, isLate).filter { !$0.1 }.map(\.0))
                state.commands -= queued.reduce(0) { $0 + $1.count }
            }
            return (queued, state.inFlight.filter { $0.deadline <= now })
        }
        for entry in queued {
            entry.submission.fail(
                Self.late("Nothing was changed; try again after the time given."), from: entry.first)
        }
        for submission in inFlight {
            submission.fail(Self.late(StoreError.mayBeDoneAdvice))
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
            return state.inFlight + state.waiting.map(\.submission)
        }
        for submission in left { submission.fail(error) }
    }
}

extension CommandQueue.State {
    /// What is larger than a commit goes on behind the others: nobody waits for all of another's batch.
    fileprivate mutating func take(_ limit: Int) -> [CommandQueue.Portion] {
        var taken: [CommandQueue.Portion] = []
        var room = limit
        while let next = self.waiting.first, room > 0, taken.isEmpty || next.count <= room {
            self.waiting.removeFirst()
            let end = next.first + min(next.count, room)
            taken.append(CommandQueue.Portion(submission: next.submission, commands: next.first..<end))
            room -= end - next.first
            if end < next.submission.commands.count {
                next.submission.noteParts()
                self.waiting.append(CommandQueue.Waiting(submission: next.submission, first: end))
            }
        }
        self.commands -= limit - room
        self.inFlight += taken.map(\.submission)
        return taken
    }
}
