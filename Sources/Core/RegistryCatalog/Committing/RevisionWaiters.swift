import RegistryModel
import Synchronization

/// Those who wait until this node shows a revision.
final class RevisionWaiters: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: (revision: Revision, waiter: Waiter)] = [:]
    }

    private let state = Mutex(State())

    /// Wakes those whose revision is reached.
    func reach(_ revision: Revision) {
        let woken = self.state.withLock { state in
            // Mostly nobody waits, and every commit comes by here.
            state.waiting.isEmpty ? [] : state.waiting.values.filter { $0.revision <= revision }.map(\.waiter)
        }
        for waiter in woken { waiter.signal() }
    }

    /// For the tick: ends the waits whose time is over. Monotonic milliseconds.
    func expire(now: Int64) {
        let all = self.state.withLock { $0.waiting.values.map(\.waiter) }
        for waiter in all { waiter.expire(now: now) }
    }

    /// Waits until `shown` is at or above `revision`; false when it is not by `deadline` (monotonic milliseconds), or the task is
    /// cancelled.
    func wait(for revision: Revision, deadline: Int64, shown: () -> Revision) async -> Bool {
        if shown() >= revision { return true }
        let waiter = Waiter()
        let id = self.state.withLock { state in
            defer { state.next += 1 }
            state.waiting[state.next] = (revision, waiter)
            return state.next
        }
        defer { self.state.withLock { _ = $0.waiting.removeValue(forKey: id) } }
        while shown() < revision {
            guard await waiter.wait(deadline: deadline) == .changed else { return shown() >= revision }
        }
        return true
    }
}
