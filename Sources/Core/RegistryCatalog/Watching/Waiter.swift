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
        /// Somebody is to be called instead. Can transition to `idle`.
        case calling(@Sendable () -> Void)
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
                    case .waiting, .calling:
                        preconditionFailure("a waiter is waited for by one task at a time")
                    }
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        } onCancel: {
            self.wake(.cancelled)
        }
    }

    /// Calls `body` once, at the next signal, on the thread that signals, or now if one is kept; instead of a wait. Nil: calls nobody.
    func call(_ body: (@Sendable () -> Void)?) {
        let isSignalled = self.state.withLock { state in
            switch state {
            case .signalled where body != nil:
                state = .idle
                return true
            case .signalled:
                return false
            case .idle, .calling:
                state = body.map { .calling($0) } ?? .idle
                return false
            case .waiting:
                preconditionFailure("a waiter is waited for by one task at a time")
            }
        }
        if isSignalled { body?() }
    }

    private enum Woken {
        case task(CheckedContinuation<Waking, Never>)
        case call(@Sendable () -> Void)
    }

    private func wake(_ waking: Waking) {
        let woken: Woken? = self.state.withLock { state in
            switch state {
            case .waiting(let continuation, _):
                state = .idle
                return .task(continuation)
            case .calling(let body) where waking == .changed:
                state = .idle
                return .call(body)
            case .idle, .signalled:
                if waking == .changed { state = .signalled }
                return nil
            case .calling:
                return nil
            }
        }
        switch woken {
        case .task(let continuation): continuation.resume(returning: waking)
        case .call(let body): body()
        case nil: break
        }
    }
}
