import RegistryModel

/// How far a watcher was told.
struct WatchPlace: Sendable, Hashable {
    /// Nil: it has seen nothing.
    var revision: Revision?
    /// How often everything had been read anew by then.
    var reloads: Int
}

/// That everything was read anew from the store, because some of it had not been told or this node had come to something else. What
/// was shown before may never have been so, though its revision is the same.
struct Reload: Sendable, Hashable {
    /// How often it has happened, this time included.
    var count = 0
    /// What was read.
    var revision = Revision.zero
    /// Monotonic milliseconds.
    var time: Int64 = 0

    /// How long readers are given to come back, who hold no connection between two reads: as long as they are on the roll.
    private static let returnTime = SubscriberTable.linger

    /// Over how long their answers are spread after that: all begin to wait at nearly the same moment.
    private static let spread = returnTime / 4

    /// By when whoever has seen everything up to `seen` is answered, news or not, for it may have seen it before; nil: there is no need.
    ///
    /// - Parameter waiter: counts those who wait. Each has a millisecond of its own, as far as there are enough.
    func deadline(seen: Revision, now: Int64, waiter: Int) -> Int64? {
        guard self.count > 0, seen <= self.revision, now < self.time + Self.returnTime else { return nil }
        return self.time + Self.returnTime + Int64(waiter) % Self.spread
    }
}
