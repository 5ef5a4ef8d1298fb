/// What happened in one revision, in the order in which its transaction did it.
struct WatchBatch: Hashable {
    let revision: Int64
    let events: [EtcdEvent]
}

/// Puts the events of a watch together, revision by revision, over fragments and broken connections.
///
/// A member cuts a large answer into fragments, anywhere, also within a revision; only the last one is not marked as such. A
/// revision is whole when an event of a later one follows, or at the end of an answer.
struct WatchAssembly {
    /// Where a new watch goes on: behind the last revision that was whole.
    private(set) var next: Int64
    /// The events so far of the revision that is not known to be whole.
    private var pending: [EtcdEvent] = []

    init(from revision: Int64) { self.next = revision }

    /// The revisions that are whole with this answer.
    mutating func take(_ response: EtcdWatchResponse) -> [WatchBatch] {
        var batches: [WatchBatch] = []
        for event in response.events where event.kv.modRevision >= self.next {
            if let last = self.pending.last, event.kv.modRevision != last.kv.modRevision {
                batches.append(self.finish(last.kv.modRevision))
            }
            self.pending.append(event)
        }
        if !response.fragment, let last = self.pending.last { batches.append(self.finish(last.kv.modRevision)) }
        return batches
    }

    /// The connection is lost: what is not whole is sent again.
    mutating func restart() { self.pending = [] }

    private mutating func finish(_ revision: Int64) -> WatchBatch {
        defer {
            self.pending = []
            self.next = revision + 1
        }
        return WatchBatch(revision: revision, events: self.pending)
    }
}
