import RegistryCatalog
import Synchronization

/// Committed batches on their way from the watch to the one task that consumes them, and how far that has come.
///
/// It never drops one: while it is full, the watch is not read.
final class DeliveryQueue: Sendable {
    private struct State {
        var batches: [(batch: CommittedBatch, position: Int64)] = []
        /// Up to here the watch is in the queue, batches or not. Positions are revisions over all timelines.
        var position: Int64 = 0
        /// What was loaded holds everything up to here.
        var floor: Int64 = 0
        /// Of the batch that the consumer was given last.
        var given: Int64 = 0
        var consumer: CheckedContinuation<CommittedBatch?, Never>?
        var hasConsumer = false
        var isFinished = false
        /// Those who wait for room.
        var room: [Int: CheckedContinuation<Bool, Never>] = [:]
        var nextRoom = 0
    }

    private let limit: Int
    private let state = Mutex(State())
    /// Up to here the consumer has taken everything over: it has come back for more.
    let consumed = RevisionGate()

    init(limit: Int) { self.limit = limit }

    /// Single consumer: elements go to whoever asks, once.
    var stream: AsyncStream<CommittedBatch> {
        AsyncStream {
            await self.next()
        } onCancel: {
            self.finish()
        }
    }

    /// Batches that wait.
    var count: Int { self.state.withLock { $0.batches.count } }

    /// Whether anybody has ever asked for a batch.
    var hasConsumer: Bool { self.state.withLock { $0.hasConsumer } }

    /// Everything up to here was loaded: earlier batches, also those that wait, are not delivered.
    func skip(to position: Int64) {
        self.state.withLock { state in
            state.floor = max(state.floor, position)
            let floor = state.floor
            state.batches.removeAll { $0.position <= floor }
        }
        self.makeRoom()
    }

    /// The watch has come to a position; nil: it holds nothing for the consumer. Waits while the queue is full; one that holds everything
    /// takes the place of those that wait then. False: the task was cancelled before there was room, and nothing has come about.
    func advance(to position: Int64, _ batch: CommittedBatch?) async -> Bool {
        if batch?.isWhole == true {
            self.state.withLock { if $0.batches.count >= self.limit { $0.batches = [] } }
        }
        guard await self.waitForRoom() else { return false }
        let consumer: CheckedContinuation<CommittedBatch?, Never>? = self.state.withLock { state in
            state.position = position
            guard let batch, position > state.floor else { return nil }
            guard let consumer = state.consumer else {
                state.batches.append((batch, position))
                return nil
            }
            state.consumer = nil
            state.given = position
            return consumer
        }
        consumer?.resume(returning: batch)
        self.noteConsumed()
        return true
    }

    /// The consumer still gets what waits, then the end.
    func finish() {
        let (consumer, room) = self.state.withLock { state in
            state.isFinished = true
            defer {
                state.consumer = nil
                state.room = [:]
            }
            return (state.consumer, Array(state.room.values))
        }
        consumer?.resume(returning: nil)
        for continuation in room { continuation.resume(returning: true) }
    }

    private func next() async -> CommittedBatch? {
        // Who asks again has taken over what it was given, however much waits behind that.
        self.consumed.reach(self.state.withLock { $0.given })
        let batch: CommittedBatch? = await withCheckedContinuation { continuation in
            let ready: CommittedBatch?? = self.state.withLock { state in
                state.hasConsumer = true
                if !state.batches.isEmpty {
                    let next = state.batches.removeFirst()
                    state.given = next.position
                    return .some(next.batch)
                }
                if state.isFinished { return .some(nil) }
                precondition(state.consumer == nil, "committed batches are consumed by a single task")
                state.consumer = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) } else { self.noteConsumed() }
            self.makeRoom()
        }
        return batch
    }

    /// A consumer that waits with nothing before it has taken over all there is.
    private func noteConsumed() {
        let position: Int64? = self.state.withLock { state in
            state.consumer != nil && state.batches.isEmpty ? state.position : nil
        }
        if let position { self.consumed.reach(position) }
    }

    /// False: the task is cancelled.
    private func waitForRoom() async -> Bool {
        let id = self.state.withLock { state in
            state.nextRoom += 1
            return state.nextRoom
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady: Bool? = self.state.withLock { state in
                    if state.batches.count < self.limit || state.isFinished { return true }
                    if Task.isCancelled { return false }
                    state.room[id] = continuation
                    return nil
                }
                if let isReady { continuation.resume(returning: isReady) }
            }
        } onCancel: {
            self.state.withLock { $0.room.removeValue(forKey: id) }?.resume(returning: false)
        }
    }

    private func makeRoom() {
        let room = self.state.withLock { state in
            guard state.batches.count < self.limit else { return [CheckedContinuation<Bool, Never>]() }
            defer { state.room = [:] }
            return Array(state.room.values)
        }
        for continuation in room { continuation.resume(returning: true) }
    }
}
