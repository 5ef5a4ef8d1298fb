public import NIOCore
import ServiceLifecycle

/// How a wait for something to happen came to its end.
public enum WaitEnd<Value: Sendable>: Sendable {
    case finished(Value)
    /// Nobody is there any more to be answered.
    case clientLeft
    /// The server stops; who waits should be answered with what there is.
    case serverStops
}

/// Runs a long operation for as long as it makes sense: until it ends, its client closes the connection, or the server stops.
///
/// In the last two cases the operation is cancelled and its end awaited; an error that it ends with is thrown.
public func whileClientStays<Value: Sendable>(
    on channel: any Channel, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> WaitEnd<Value> {
    let (ends, end) = AsyncStream<WaitEnd<Value>>.makeStream(bufferingPolicy: .bufferingOldest(1))
    channel.triggerUserOutboundEvent(RequestWaits { end.yield(.clientLeft) }, promise: nil)
    return try await withGracefulShutdownHandler {
        try await withThrowingTaskGroup(of: WaitEnd<Value>?.self) { group in
            group.addTask { .finished(try await operation()) }
            group.addTask { await ends.first { _ in true } }
            let first = try await group.next() ?? nil
            group.cancelAll()
            while try await group.next() != nil {}
            // Nil comes only of a stream that was cancelled: with the whole request.
            guard let first else { throw CancellationError() }
            return first
        }
    } onGracefulShutdown: {
        end.yield(.serverStops)
    }
}
