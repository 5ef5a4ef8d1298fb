/// How many commands go into one commit at most: as many as a store that several nodes share takes in half a second. So those who wait behind
/// a commit are still there when it is over, and what is too large for one is done in parts. Pure.
///
/// A store of this process' own pays for each commit once, however much is in it: there nothing is gained by less.
struct GroupSize: Sendable, Hashable {
    /// About what etcd takes in one transaction; it pays for each of those.
    static let smallest = 64
    /// Where it begins, when nothing is known of the store.
    static let first = 128
    static let largest = CatalogSettings.groupLimit
    /// Milliseconds. Half of what counts as a store that cannot be reached.
    static let goal: Int64 = 500

    private(set) var limit: Int
    private let adapts: Bool

    init(isShared: Bool) {
        self.adapts = isShared
        self.limit = isShared ? Self.first : Self.largest
    }

    /// What may be taken that is new, beside commands that are to be decided again: they never fill a commit alone.
    func room(beside retries: Int) -> Int { max(self.limit - retries, self.limit / 4) }

    /// A commit that wrote something is over.
    ///
    /// - Parameters:
    ///   - commands: how many were in it.
    ///   - milliseconds: from the decision to the store's answer, which a conflict holds back until the newer state is here. How long it
    ///     otherwise takes until this node has applied what all nodes did does not depend on its size.
    ///   - hasFailed: the store did not answer in time or refused, or other nodes had told of heartbeats before any of what rested on
    ///     silence came through: it was on its way for too long.
    mutating func note(commands: Int, milliseconds: Int64, hasFailed: Bool) {
        guard self.adapts else { return }
        if hasFailed || milliseconds > Self.goal {
            // When a few take long it is not for their number.
            guard commands > Self.smallest else { return }
            self.lower(to: hasFailed ? commands / 2 : Int(Int64(commands) * Self.goal / milliseconds))
        } else if commands >= self.limit, milliseconds * 2 <= Self.goal {
            self.limit = min(self.limit * 2, Self.largest)
        }
    }

    private mutating func lower(to limit: Int) { self.limit = max(min(self.limit, limit), Self.smallest) }
}
