import RegistryCatalog
import RegistryModel

/// Whether this node's state is that of the others: hashes are compared where two nodes were at the same revision. Pure.
struct HashHistory: Sendable {
    /// Own hashes that are kept.
    static let length = 64

    private var own: [(revision: Revision, hash: StateHash)] = []
    /// What others said last.
    private var others: [UInt64: (revision: Revision, hash: StateHash)] = [:]
    /// How the last comparison with each came out.
    private(set) var agrees: [UInt64: Bool] = [:]

    /// This node's state, after a commit. Returns how many comparisons it brought that found a difference.
    mutating func note(_ basis: DigestBasis) -> Int {
        if self.own.last?.revision == basis.applied { return 0 }
        self.own.append((basis.applied, basis.hash))
        if self.own.count > Self.length { self.own.removeFirst() }
        var mismatches = 0
        for (id, said) in self.others where said.revision == basis.applied {
            mismatches += self.compare(id, said.hash, with: basis.hash)
        }
        return mismatches
    }

    /// Another node's state, as it says. Returns 1 when it is compared and differs.
    mutating func note(_ digest: Digest) -> Int {
        self.others[digest.writer] = (digest.applied, digest.hash)
        guard let own = self.own.last(where: { $0.revision == digest.applied }) else { return 0 }
        return self.compare(digest.writer, digest.hash, with: own.hash)
    }

    private mutating func compare(_ id: UInt64, _ hash: StateHash, with own: StateHash) -> Int {
        self.agrees[id] = hash == own
        return hash == own ? 0 : 1
    }

    mutating func forget(_ id: UInt64) {
        self.others[id] = nil
        self.agrees[id] = nil
    }

    /// This node's state was read anew: nothing that was compared holds for it.
    mutating func beginAnew() { self = HashHistory() }

    /// Whether more of the others disagree than agree, so that it is this node that is wrong.
    var isOddOneOut: Bool {
        let disagreeing = self.agrees.values.count { !$0 }
        return disagreeing > self.agrees.count - disagreeing
    }
}
