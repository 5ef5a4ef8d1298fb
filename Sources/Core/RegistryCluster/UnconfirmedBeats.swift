/// Beats of digests that were made and have not come back from the store: who sent them is owed an answer.
///
/// One that is written has been seen by this node only when it comes back, behind everything that was committed before it. Their number is
/// bounded by their deadlines and by how often a digest is made. Pure.
struct UnconfirmedBeats {
    /// In the order of the digests.
    private var digests: [(sequence: Int64, entries: [BeatCollector.Entry])] = []

    mutating func add(_ entries: [BeatCollector.Entry], of sequence: Int64) {
        if !entries.isEmpty { self.digests.append((sequence, entries)) }
    }

    /// Those of digests up to one that has come back: one that is there has none before it that is not.
    mutating func takeConfirmed(upTo sequence: Int64) -> [BeatCollector.Entry] {
        let count = self.digests.prefix { $0.sequence <= sequence }.count
        defer { self.digests.removeFirst(count) }
        return self.digests.prefix(count).flatMap(\.entries)
    }

    /// Those whose time is over; they do not wait any more.
    mutating func takeExpired(now: Int64) -> [BeatCollector.Entry] {
        guard self.digests.contains(where: { $0.entries.contains { $0.deadline <= now } }) else { return [] }
        let all = self.digests
        self.digests = all.compactMap { digest in
            let left = digest.entries.filter { $0.deadline > now }
            return left.isEmpty ? nil : (digest.sequence, left)
        }
        return all.flatMap { $0.entries.filter { $0.deadline <= now } }
    }

    mutating func takeAll() -> [BeatCollector.Entry] {
        defer { self.digests = [] }
        return self.digests.flatMap(\.entries)
    }
}
