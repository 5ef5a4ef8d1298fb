import Synchronization

/// One task that waits until something it watches has changed, until a deadline, or until it is cancelled.
///
/// A signal that comes while nobody waits is kept, so none is lost between a look and the next wait.
final class Waiter: Sendable {
    enum Waking: Sendable, Hashable {
        case changed
        case timedOut
        case cancelled
    }

    private enum State {
        /// Nobody waits. Can transition to `signalled` or `waiting`.
        case idle
        /// Something changed while nobody waited. Can transition to `idle`.
        case signalled
        /// A task waits. Can transition to `idle`.
        case waiting(CheckedContinuation<Waking, Never>, deadline: Int64)
    }

    private let state = Mutex(State.idle)

    func signal() { self.wake(.changed) }

    /// For the tick: ends a wait whose deadline has passed. Monotonic milliseconds.
    func expire(now: Int64) {
        let continuation: CheckedContinuation<Waking, Never>? = self.state.withLock { state in
            guard case .waiting(let continuation, let deadline) = state, deadline <= now else { return nil }
            state = .idle
            return continuation
        }
        continuation?.resume(returning: .timedOut)
    }

    /// Waits for a signal; only one task at a time does.
    func wait(deadline: Int64) async -> Waking {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let immediate: Waking? = self.state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    switch state {
                    case .signalled:
                        state = .idle
                        return .changed
                    case .idle:
                        state = .waiting(continuation, deadline: deadline)
                        return nil
                    case .waiting:
                        preconditionFailure("a waiter is waited for by one task at a time")
                    }
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        } onCancel: {
            self.wake(.cancelled)
        }
    }

    private func wake(_ waking: Waking) {
        let continuation: CheckedContinuation<Waking, Never>? = self.state.withLock { state in
            switch state {
            case .waiting(let continuation, _):
                state = .idle
                return continuation
            case .idle, .signalled:
                if waking == .changed { state = .signalled }
                return nil
            }
        }
        continuation?.resume(returning: waking)
    }
}
