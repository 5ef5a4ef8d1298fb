import RegistryCatalog
import Synchronization

/// Committed batches on their way to the one task that consumes them.
///
/// It never drops one: the store asks whether there is room before it commits, and does not commit while there is none.
final class CommittedQueue: Sendable {
    private struct State {
        var batches: [CommittedBatch] = []
        var isFinished = false
        var consumer: CheckedContinuation<CommittedBatch?, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Single consumer: elements go to whoever asks, once.
    var stream: AsyncStream<CommittedBatch> {
        AsyncStream {
            await self.next()
        } onCancel: {
            self.finish()
        }
    }

    var hasRoom: Bool { self.state.withLock { $0.batches.count < self.limit } }

    func append(_ batch: CommittedBatch) {
        let consumer = self.state.withLock { state -> CheckedContinuation<CommittedBatch?, Never>? in
            if state.consumer == nil { state.batches.append(batch) }
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: batch)
    }

    /// The consumer still gets what waits, then the end.
    func finish() {
        let consumer = self.state.withLock { state -> CheckedContinuation<CommittedBatch?, Never>? in
            state.isFinished = true
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: nil)
    }

    private func next() async -> CommittedBatch? {
        await withCheckedContinuation { continuation in
            let ready: CommittedBatch?? = self.state.withLock { state in
                if !state.batches.isEmpty { return .some(state.batches.removeFirst()) }
                if state.isFinished { return .some(nil) }
                precondition(state.consumer == nil, "committed batches are consumed by a single task")
                state.consumer = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
