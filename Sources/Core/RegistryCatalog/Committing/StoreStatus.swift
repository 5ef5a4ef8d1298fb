import RegistryModel
import Synchronization

/// Whether the store can be reached and written, and when it last showed that it can. Monotonic milliseconds.
final class StoreStatus: Sendable {
    private struct State {
        var error: StoreError?
        var lastConfirmed: Int64
        var commitSince: Int64?
    }

    /// A commit that takes longer than this counts as a store that cannot be reached.
    private static let patience: Int64 = 1_000

    private let state: Mutex<State>
    /// Signalled when the store begins to fail.
    let failureWaiter = Waiter()

    init(now: Int64) { self.state = Mutex(State(error: nil, lastConfirmed: now)) }

    var error: StoreError? { self.state.withLock { $0.error } }

    func isAway(now: Int64) -> Bool {
        self.state.withLock { $0.error != nil || $0.commitSince.map { now - $0 > Self.patience } == true }
    }

    /// Milliseconds since the store last confirmed; zero while nothing speaks against it.
    func age(now: Int64) -> TimeSpan {
        self.state.withLock { state in
            let isLate = state.commitSince.map { now - $0 > Self.patience } == true
            return state.error != nil || isLate ? .milliseconds(max(now - state.lastConfirmed, 0)) : .zero
        }
    }

    func beginCommit(now: Int64) { self.state.withLock { $0.commitSince = now } }

    /// A commit is over; nil: the store did what it was asked.
    func endCommit(_ error: StoreError?, now: Int64) {
        let isNew = self.state.withLock { state in
            defer { state.error = error }
            state.commitSince = nil
            if error == nil { state.lastConfirmed = now }
            return error != nil && state.error == nil
        }
        if isNew { self.failureWaiter.signal() }
    }

    /// What is shown is what the store held at this time; it has not been heard since.
    func noteAway(since time: Int64) {
        self.state.withLock { state in
            state.error = StoreError(.unavailable, "the store has not answered since this process started")
            state.lastConfirmed = time
        }
    }

    /// The store answers and can be written, by its own word. A commit that is still on its way is not over by that.
    func noteWritable(now: Int64) {
        self.state.withLock { state in
            state.error = nil
            state.lastConfirmed = now
        }
    }
}

extension StoreError {
    /// For whoever asked for something that nobody knows the end of.
    static let mayBeDoneAdvice = "It may or may not have been done; asking again does no harm."

    /// What a client is told of it.
    var forClients: RegistryError { self.forClients(isInPart: false) }

    /// - Parameter isInPart: some of what the client asked for is committed.
    func forClients(isInPart: Bool) -> RegistryError {
        if self.mayBeDone || isInPart {
            return RegistryError(
                self.code == .full ? .storeFull : .storeUnavailable,
                "The store has not confirmed it. \(Self.mayBeDoneAdvice)",
                retryAfter: .seconds(1))
        }
        if self.code == .full {
            return RegistryError(
                .storeFull, "The store is full; nothing was changed. Make room, and it goes on by itself.",
                retryAfter: .seconds(5))
        }
        return RegistryError(
            .storeUnavailable, "The store cannot be written; nothing was changed. Try again after the time given.",
            retryAfter: .seconds(1))
    }
}
