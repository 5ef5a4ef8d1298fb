import RollcallClient

/// P9: nodes that have applied the same say the same of it.
struct HashChecker: Sendable {
    private(set) var violations: [String] = []
    /// How often one node's hash was held against another's.
    private(set) var compared = 0
    private var known: [Revision: [String: String]] = [:]

    /// What a node's digest says: its hash at a revision.
    mutating func take(_ hash: String, of node: String, at revision: Revision) {
        guard self.known[revision]?[node] != hash else { return }
        for (other, its) in self.known[revision] ?? [:] {
            self.compared += 1
            if its != hash { self.violations.append("P9: at \(revision) \(node) has \(hash), and \(other) \(its)") }
        }
        self.known[revision, default: [:]][node] = hash
    }

    /// What a node says of all of them. One that has no digest yet says nothing.
    mutating func take(_ members: [ClusterDocument.Member]) {
        for member in members {
            if let hash = member.hash, let revision = member.applied { self.take(hash, of: member.id, at: revision) }
        }
    }
}
