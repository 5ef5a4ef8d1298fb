/// Which cached snapshot a node begins with while the store cannot be reached: the newest one of its registry, and of equally new
/// ones the first.
struct SnapshotChoice {
    struct Candidate: Sendable, Hashable {
        var kind: CacheKind
        var position: SnapshotPosition
        /// Whether it may be another registry's (``SharedCache/hasRival()``).
        var hasRival = false
    }

    /// In the order in which caches are asked.
    let candidates: [Candidate]
    /// The registry's own, or what is taken for it; nil when nothing tells.
    let registryID: String?

    /// - Parameter registryID: nil when the node does not know. Then it is that of its own file: a cache that others write to
    ///   as well may be another registry's. Without a file it is that of the first which has no rival.
    init(_ candidates: [Candidate], registryID: String?) {
        self.candidates = candidates
        let own = candidates.first { $0.kind == .file } ?? candidates.first { !$0.hasRival }
        self.registryID = registryID ?? own?.position.registryID
    }

    /// Places of the candidates to try, best first: the next one counts when one turns out not to be whole.
    var order: [Int] {
        self.candidates.indices
            .filter { self.candidates[$0].position.registryID == self.registryID }
            .sorted { left, right in
                let (first, second) = (self.candidates[left].position, self.candidates[right].position)
                return first.isNewer(than: second) || (!second.isNewer(than: first) && left < right)
            }
    }

    /// Places of those that are of another registry, or may be.
    var foreign: [Int] {
        self.candidates.indices.filter { self.candidates[$0].position.registryID != self.registryID }
    }
}
