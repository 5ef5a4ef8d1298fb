struct TimeLimitExceeded: Error {}

/// Runs `operation`, and cancels it when it takes longer than `limit`: then throws ``TimeLimitExceeded``.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ operation: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimeLimitExceeded()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
