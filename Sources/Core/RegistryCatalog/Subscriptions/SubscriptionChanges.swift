import Synchronization

/// Which subscriptions were changed since somebody looked: ids and no values, so that whoever is slow reads the newest.
public final class SubscriptionChanges: Sendable {
    public enum Change: Sendable, Hashable {
        /// They were made, changed or removed.
        case ids(Set<String>)
        /// Anything may have changed: they were loaded, or more were changed than are remembered one by one.
        case all
    }

    private let pending = Mutex<Change?>(nil)
    private let waiter = Waiter()
    private let limit: Int

    /// - Parameter limit: ids that are remembered one by one.
    init(limit: Int) { self.limit = limit }

    /// What has changed since the call before; waits until something has. Nil when the task is cancelled. One task at a time.
    public func next() async -> Change? {
        while true {
            if let change = self.pending.withLock({ $0.take() }) { return change }
            if await self.waiter.wait(deadline: .max) == .cancelled { return nil }
        }
    }

    func noteAll() {
        self.pending.withLock { $0 = .all }
        self.waiter.signal()
    }

    /// They are to be looked at again.
    public func note(_ ids: [String]) {
        guard !ids.isEmpty else { return }
        self.pending.withLock { pending in
            switch pending {
            case nil: pending = .ids(Set(ids))
            case .all: break
            case .ids(let known):
                let union = known.union(ids)
                pending = union.count > self.limit ? .all : .ids(union)
            }
        }
        self.waiter.signal()
    }
}
