import Synchronization

/// One answer to one who waits for it; only the first that is given counts.
final class Reply<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiting: CheckedContinuation<Value?, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func give(_ value: Value) {
        let waiting: CheckedContinuation<Value?, Never>? = self.state.withLock { state in
            guard state.value == nil else { return nil }
            state.value = value
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: value)
    }

    /// Nil when the task is cancelled before there is an answer.
    func wait() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, value) = self.state.withLock { state -> (Bool, Value?) in
                    if let value = state.value { return (true, value) }
                    if state.isCancelled { return (true, nil) }
                    state.waiting = continuation
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: value) }
            }
        } onCancel: {
            let waiting = self.state.withLock { state in
                state.isCancelled = true
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume(returning: nil)
        }
    }
}
