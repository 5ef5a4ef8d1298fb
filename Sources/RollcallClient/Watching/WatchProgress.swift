import RegistryJSON
import RegistryModel

/// How far a watch has come: where to resume it, what has been told already, and how long to wait. Pure.
///
/// Only the last event of a commit has an id. A stream that is cut within a commit is resumed before it, so events come a second
/// time; those that have been told are known by their service's revision and passed over.
struct WatchProgress: Sendable {
    /// The `Last-Event-ID` to resume with; nil to begin anew.
    private(set) var lastEventID: String?
    /// What was told since `lastEventID`, at most one entry for each service of a commit or of the first snapshots.
    private var told: [ServiceKey: Revision] = [:]
    private var failures = 0
    /// What the server asked to wait before the next connection.
    private var serverWait: Duration?
    private let backoff: Backoff

    init(from index: Revision?, backoff: Backoff) {
        self.lastEventID = index?.description
        self.backoff = backoff
    }

    /// Whether the event is news.
    mutating func isNews(_ event: WatchEventDocument) -> Bool {
        switch event {
        case .snapshot(let service, let revision, _):
            if self.told[service] == revision { return false }
            self.told[service] = revision
            return true
        case .change(let service, let revision, _, _, _):
            if let last = self.told[service], revision <= last { return false }
            self.told[service] = revision
            return true
        case .gap(let service, _, _):
            // What follows is a snapshot of another count, perhaps.
            self.told[service] = nil
            return true
        case .synced:
            return true
        }
    }

    /// Everything up to this id has been told.
    mutating func reached(_ id: String) {
        self.lastEventID = id
        self.told.removeAll()
    }

    /// Something came, so the connection is well.
    mutating func isAlive() { self.failures = 0 }

    mutating func asked(toWait wait: Duration) { self.serverWait = min(wait, self.backoff.longest) }

    /// The stream broke off, or did not come about: how long to wait. `chance` is from 0 to 1.
    mutating func interrupted(asked: Duration?, chance: Double) -> Duration {
        self.failures += 1
        let wait = self.backoff.wait(attempt: self.failures, chance: chance)
        defer { self.serverWait = nil }
        return max(wait, min(asked ?? self.serverWait ?? .zero, self.backoff.longest))
    }
}
