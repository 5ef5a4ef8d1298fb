import Synchronization

/// A value that several may give, and one task waits for: the first one counts.
final class Once<Value: Sendable>: Sendable {
    private enum State {
        case open
        case expected(CheckedContinuation<Value, Never>)
        case given(Value)
        case over
    }

    private let state = Mutex(State.open)

    /// Resumes the continuation with the value, now or when it is given. Called once.
    func expect(_ continuation: CheckedContinuation<Value, Never>) {
        let value: Value? = self.state.withLock { state in
            if case .given(let value) = state {
                state = .over
                return value
            }
            state = .expected(continuation)
            return nil
        }
        if let value { continuation.resume(returning: value) }
    }

    func give(_ value: Value) {
        let continuation: CheckedContinuation<Value, Never>? = self.state.withLock { state in
            switch state {
            case .open:
                state = .given(value)
                return nil
            case .expected(let continuation):
                state = .over
                return continuation
            case .given, .over:
                return nil
            }
        }
        continuation?.resume(returning: value)
    }
}
