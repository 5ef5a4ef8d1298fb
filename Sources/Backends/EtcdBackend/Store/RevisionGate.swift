import RegistryCatalog
import RegistryModel
import Synchronization

/// Tells those who wait for a revision that it has been reached.
final class RevisionGate: Sendable {
    private struct State {
        var reached: Int64 = 0
        var nextID = 0
        var waiters: [Int: (revision: Int64, continuation: CheckedContinuation<Bool, Never>)] = [:]
        /// Those whose task was cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    var reached: Int64 { self.state.withLock { $0.reached } }

    func reach(_ revision: Int64) {
        let ready = self.state.withLock { state in
            guard revision > state.reached else { return [CheckedContinuation<Bool, Never>]() }
            state.reached = revision
            let ready = state.waiters.filter { $0.value.revision <= revision }.sorted { $0.key < $1.key }
            for (id, _) in ready { state.waiters[id] = nil }
            return ready.map(\.value.continuation)
        }
        for continuation in ready { continuation.resume(returning: true) }
    }

    /// Returns whether it is reached in time.
    func wait(for revision: Int64, timeout: TimeSpan, _ clock: any RegistryClock) async -> Bool {
        if self.reached >= revision { return true }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.wait(for: revision) }
            group.addTask {
                try? await clock.sleep(for: timeout)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Returns whether it is reached before the task is cancelled.
    func wait(for revision: Int64) async -> Bool {
        let id = self.state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result: Bool? = self.state.withLock { state in
                    if state.reached >= revision { return true }
                    if state.cancelled.remove(id) != nil { return false }
                    state.waiters[id] = (revision, continuation)
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                guard let waiter = state.waiters.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return CheckedContinuation<Bool, Never>?.none
                }
                return waiter.continuation
            }
            waiter?.resume(returning: false)
        }
    }
}
