import RegistryJSON
import RegistryModel

/// How far a watch has come: where to resume it, what has been told already, and how long to wait. Pure.
///
/// Only the last event of a commit has an id. A stream that is cut within a commit is resumed before it, so events come a second
/// time; those that have been told are known by their service's revision and passed over.
struct WatchProgress: Sendable {
    /// The `Last-Event-ID` to resume with; nil to begin anew.
    private(set) var lastEventID: String?
    /// The registry that `lastEventID` and `told` are of; nil while no node has named one.
    private var registry: String?
    /// What was told of a registry that is not followed any more, up to there: to be said before anything else is told.
    private var lost: Revision?
    /// What was told since `lastEventID`, at most one entry for each service of a commit or of the first snapshots.
    private var told: [ServiceKey: Revision] = [:]
    private var failures = 0
    /// What was told last that has to be confirmed: where an instance is drained, or what stands for changes that were not told.
    private var owed: Revision?
    /// Whether snapshots stand for changes that were not told: after a gap, and on every connection but the first.
    private var hasMissed = false
    /// What the server asked to wait before the next connection.
    private var serverWait: Duration?
    private let backoff: Backoff

    init(from index: Revision?, backoff: Backoff) {
        self.lastEventID = index?.description
        self.backoff = backoff
    }

    /// From now on another registry is followed, perhaps. What was told of the one before says nothing of this one, whose revisions may be
    /// lower: the watch begins anew.
    mutating func follow(_ registry: String?) {
        guard let registry, registry != self.registry else { return }
        defer { self.registry = registry }
        guard self.registry != nil, self.lastEventID != nil || !self.told.isEmpty else { return }
        self.lost = self.lastEventID.flatMap { Int64($0) }.map { Revision($0) } ?? .zero
        self.lastEventID = nil
        self.told.removeAll()
        self.owed = nil
    }

    /// Up to where the reader has been told of a registry that is gone, once: what is told next stands for a gap.
    mutating func takeLost() -> Revision? {
        defer { self.lost = nil }
        return self.lost
    }

    /// Whether the event is news.
    mutating func isNews(_ event: WatchEventDocument) -> Bool {
        switch event {
        case .snapshot(let service, let revision, _):
            if self.hasMissed { self.owe(revision) }
            if self.told[service] == revision { return false }
            self.told[service] = revision
            return true
        case .change(let service, let revision, let changes, _, _):
            // However it became so: a drain of what is DRAINING already waits for its confirmation all the same.
            if changes.contains(where: { $0.cause == Self.drain || $0.status == .draining }) { self.owe(revision) }
            if let last = self.told[service], revision <= last { return false }
            self.told[service] = revision
            return true
        case .gap(let service, _, _):
            self.hasMissed = true
            // What follows is a snapshot of another count, perhaps.
            self.told[service] = nil
            return true
        case .synced:
            return true
        }
    }

    private static let drain = "drain"

    private mutating func owe(_ revision: Revision) { self.owed = max(self.owed ?? .zero, revision) }

    /// Everything up to this id has been told.
    mutating func reached(_ id: String) {
        self.lastEventID = id
        self.told.removeAll()
        self.hasMissed = false
    }

    /// What is to be confirmed, once: everything up to the last id, if somebody may wait for that. To be asked when whoever watches
    /// has come back for more, and so has taken over what it was told.
    mutating func takeConfirmation() -> Revision? {
        guard let owed, let reached = self.lastEventID.flatMap({ Int64($0) }).map({ Revision($0) }), owed <= reached
        else { return nil }
        self.owed = nil
        return reached
    }

    /// Something came, so the connection is well.
    mutating func isAlive() { self.failures = 0 }

    mutating func asked(toWait wait: Duration) { self.serverWait = min(wait, self.backoff.longest) }

    /// The stream broke off, or did not come about: how long to wait. `chance` is from 0 to 1.
    mutating func interrupted(asked: Duration?, chance: Double) -> Duration {
        self.failures += 1
        self.hasMissed = true
        let wait = self.backoff.wait(attempt: self.failures, chance: chance)
        defer { self.serverWait = nil }
        return max(wait, min(asked ?? self.serverWait ?? .zero, self.backoff.longest))
    }
}
