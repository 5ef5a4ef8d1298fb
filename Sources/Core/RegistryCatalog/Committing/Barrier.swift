import RegistryModel
import Synchronization

/// Asks the store for its newest commit on behalf of all who want to know: those who come while it is asked wait for the next answer, since
/// what happened before they came may not be in this one.
final class Barrier: Sendable {
    typealias Answer = Result<Revision, StoreError>

    private struct Question {
        /// Monotonic milliseconds.
        let deadline: Int64
        let continuation: CheckedContinuation<Answer, Never>
    }

    private struct State {
        /// Those who are to be asked for next, and those for whom it is being asked.
        var waiting: [Question] = []
        var asking: [Question] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let wake = Waiter()

    /// Those who may wait at once; beyond, they are refused.
    private static let limit = 65_536

    /// The newest commit at some time after this was called. Throws ``StoreError``, soon after `deadline` (monotonic milliseconds) at the
    /// latest.
    func newest(deadline: Int64) async throws(StoreError) -> Revision {
        let answer: Answer = await withCheckedContinuation { continuation in
            let isTaken = self.state.withLock { state in
                guard !state.isOver, state.waiting.count < Self.limit else { return false }
                state.waiting.append(Question(deadline: deadline, continuation: continuation))
                return true
            }
            if isTaken { self.wake.signal() } else { continuation.resume(returning: .failure(.notAsked)) }
        }
        return try answer.get()
    }

    /// Asks for them, one question after another, until the task is cancelled.
    func run(_ store: any ClusterStore) async {
        while await self.wake.wait(deadline: .max) != .cancelled {
            let hasSome = self.state.withLock { state in
                (state.asking, state.waiting) = (state.waiting, [])
                return !state.asking.isEmpty
            }
            guard hasSome else { continue }
            let answer: Answer
            do throws(StoreError) {
                answer = .success(try await store.newestRevision())
            } catch {
                answer = .failure(error)
            }
            let asking = self.state.withLock { state in
                defer { state.asking = [] }
                return state.asking
            }
            for question in asking { question.continuation.resume(returning: answer) }
        }
        let left = self.state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for question in left { question.continuation.resume(returning: .failure(.notAsked)) }
    }

    /// For the tick: ends the waits whose time is over. Monotonic milliseconds.
    func expire(now: Int64) {
        let late = self.state.withLock { state in
            let late = (state.asking + state.waiting).filter { $0.deadline <= now }
            if !late.isEmpty {
                state.asking.removeAll { $0.deadline <= now }
                state.waiting.removeAll { $0.deadline <= now }
            }
            return late
        }
        for question in late { question.continuation.resume(returning: .failure(.notInTime)) }
    }
}

extension StoreError {
    fileprivate static let notInTime = StoreError(.unavailable, "the store did not say in time what is newest")
    fileprivate static let notAsked = StoreError(.unavailable, "the store is not asked at the moment; try again")
}
