import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// The time of a world. It moves when nothing is left to do, to the next moment at which somebody wakes.
final class SimulationClock: RegistryClock {
    private struct Sleeper {
        let id: Int
        let due: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var wall = Sample.time
        var monotonic: Int64 = 1_000_000
        /// Milliseconds that were jumped over.
        var jumped: Int64 = 0
        var nextID = 0
        /// The next one to wake is the last.
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []

        mutating func insert(_ sleeper: Sleeper) {
            var low = 0
            var high = self.sleepers.count
            while low < high {
                let middle = (low + high) / 2
                if self.sleepers[middle].due > sleeper.due { low = middle + 1 } else { high = middle }
            }
            self.sleepers.insert(sleeper, at: low)
        }
    }

    private let state = Mutex(State())

    var wallTime: Timestamp { self.state.withLock { $0.wall } }
    var monotonicMilliseconds: Int64 { self.state.withLock { $0.monotonic } }
    var jumpedMilliseconds: Int64 { self.state.withLock { $0.jumped } }

    /// Moves on to the moment of the next sleeper and wakes all that are due; false when nobody sleeps.
    func wakeNext() -> Bool {
        let due: [Sleeper] = self.state.withLock { state in
            guard let next = state.sleepers.last else { return [] }
            let step = max(next.due - state.monotonic, 0)
            state.monotonic += step
            state.wall = state.wall.advanced(by: .milliseconds(step))
            var due: [Sleeper] = []
            while let sleeper = state.sleepers.last, sleeper.due <= state.monotonic {
                due.append(sleeper)
                state.sleepers.removeLast()
            }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
        return !due.isEmpty
    }

    /// A standstill: time passes, and nothing runs meanwhile.
    func jump(by span: TimeSpan) {
        self.state.withLock { state in
            state.monotonic += span.milliseconds
            state.jumped += span.milliseconds
            state.wall = state.wall.advanced(by: span)
        }
    }

    /// Sets the wall clock alone, forwards or back.
    func shiftWallTime(by span: TimeSpan) {
        self.state.withLock { $0.wall = $0.wall.advanced(by: span) }
    }

    func sleep(for span: TimeSpan) async throws {
        let id = self.state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = self.state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    let due = state.monotonic + max(span.milliseconds, 0)
                    state.insert(Sleeper(id: id, due: due, continuation: continuation))
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
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
}

extension RegistryClock {
    /// Sleeps; false when the task was cancelled.
    @discardableResult
    func rest(for span: TimeSpan) async -> Bool {
        do {
            try await self.sleep(for: span)
            return true
        } catch {
            return false
        }
    }
}
