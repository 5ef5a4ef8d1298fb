public import RegistryCatalog
public import RegistryModel
import Synchronization

/// A clock that stands still until a test turns it. Nothing that waits on it wakes by itself.
public final class ManualClock: RegistryClock {
    private struct Sleeper {
        let id: Int
        let span: TimeSpan
        /// The monotonic time at which it wakes.
        let due: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var wall: Timestamp
        var monotonic: Int64
        var nextID = 0
        var sleepers: [Sleeper] = []
        /// Sleepers whose task was cancelled before they lay down.
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []

        /// Watchers that have now seen enough sleepers.
        mutating func takeSatisfiedWatchers() -> [Watcher] {
            let satisfied = self.watchers.filter { $0.count <= self.sleepers.count }
            self.watchers.removeAll { $0.count <= self.sleepers.count }
            return satisfied
        }
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - wallTime: the wall clock at the start.
    ///   - monotonicMilliseconds: the monotonic clock at the start.
    public init(wallTime: Timestamp = Sample.time, monotonicMilliseconds: Int64 = 1_000_000) {
        self.state = Mutex(State(wall: wallTime, monotonic: monotonicMilliseconds))
    }

    public var wallTime: Timestamp { self.state.withLock { $0.wall } }
    public var monotonicMilliseconds: Int64 { self.state.withLock { $0.monotonic } }

    /// How many tasks sleep now.
    public var sleeperCount: Int { self.state.withLock { $0.sleepers.count } }

    /// Whether a task sleeps that asked for exactly this span. Those who sleep again and again are known by theirs.
    public func isAsleep(for span: TimeSpan) -> Bool {
        self.state.withLock { $0.sleepers.contains { $0.span == span } }
    }

    /// Moves both clocks on and wakes, in the order of their times, those who are due.
    public func advance(by span: TimeSpan) {
        precondition(span >= .zero, "the monotonic clock never goes back")
        let due = self.state.withLock { state in
            state.monotonic += span.milliseconds
            state.wall = state.wall.advanced(by: span)
            let now = state.monotonic
            let due = state.sleepers.filter { $0.due <= now }
            state.sleepers.removeAll { $0.due <= now }
            return due
        }
        for sleeper in due.sorted(by: { ($0.due, $0.id) < ($1.due, $1.id) }) { sleeper.continuation.resume() }
    }

    /// Sets the wall clock alone, forwards or back, as an operator or NTP would.
    public func setWallTime(_ time: Timestamp) { self.state.withLock { $0.wall = time } }

    public func sleep(for span: TimeSpan) async throws {
        guard span > .zero else { return try Task.checkCancellation() }
        let id = self.state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.lieDown(id, for: span, continuation)
            }
        } onCancel: {
            self.cancel(id)
        }
    }

    /// Waits until at least `count` tasks sleep at the same time: what runs on this clock has come to rest.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let satisfied = self.state.withLock { state in
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return state.takeSatisfiedWatchers()
            }
            for watcher in satisfied { watcher.continuation.resume() }
        }
    }

    private func lieDown(_ id: Int, for span: TimeSpan, _ continuation: CheckedContinuation<Void, any Error>) {
        let satisfied: [Watcher]? = self.state.withLock { state in
            guard state.cancelled.remove(id) == nil else { return nil }
            state.sleepers.append(
                Sleeper(id: id, span: span, due: state.monotonic + span.milliseconds, continuation: continuation))
            return state.takeSatisfiedWatchers()
        }
        guard let satisfied else { return continuation.resume(throwing: CancellationError()) }
        for watcher in satisfied { watcher.continuation.resume() }
    }

    private func cancel(_ id: Int) {
        let sleeper: Sleeper? = self.state.withLock { state in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
