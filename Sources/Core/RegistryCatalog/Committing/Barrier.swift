import RegistryModel
import Synchronization

/// Asks the store for its newest commit on behalf of all who want to know: those who come while it is asked wait for the next answer, since
/// what happened before they came may not be in this one.
final class Barrier: Sendable {
    typealias Answer = Result<Revision, StoreError>

    private struct State {
        var waiting: [CheckedContinuation<Answer, Never>] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let wake = Waiter()

    /// Those who may wait at once; beyond, they are refused.
    private static let limit = 65_536

    /// The newest commit at some time after this was called. Throws ``StoreError``.
    func newest() async throws(StoreError) -> Revision {
        let answer: Answer = await withCheckedContinuation { continuation in
            let isTaken = self.state.withLock { state in
                guard !state.isOver, state.waiting.count < Self.limit else { return false }
                state.waiting.append(continuation)
                return true
            }
            if isTaken { self.wake.signal() } else { continuation.resume(returning: .failure(.notAsked)) }
        }
        return try answer.get()
    }

    /// Asks for them, one question after another, until the task is cancelled.
    func run(_ store: any ClusterStore) async {
        while await self.wake.wait(deadline: .max) != .cancelled {
            let asking = self.take()
            guard !asking.isEmpty else { continue }
            let answer: Answer
            do throws(StoreError) {
                answer = .success(try await store.newestRevision())
            } catch {
                answer = .failure(error)
            }
            for continuation in asking { continuation.resume(returning: answer) }
        }
        self.state.withLock { $0.isOver = true }
        for continuation in self.take() { continuation.resume(returning: .failure(.notAsked)) }
    }

    private func take() -> [CheckedContinuation<Answer, Never>] {
        self.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}

extension StoreError {
    fileprivate static let notAsked = StoreError(.unavailable, "the store is not asked at the moment; try again")
}
