import RegistryCatalog

/// The newest digest of each node, and whether one was missed. Pure.
struct DigestLedger: Sendable {
    struct Entry: Sendable {
        var digest: Digest
        /// When it was taken, in monotonic milliseconds.
        var takenAt: Int64
    }

    private(set) var entries: [UInt64: Entry] = [:]
    private var sequences: [UInt64: Int64] = [:]

    /// Writers that are remembered: many more than there can be members.
    private static let limit = 1_024

    /// Whether beats may be missing beside those that these events bring.
    mutating func hasGap(in events: [ClusterEvent]) -> Bool {
        var hasGap = false
        for event in events {
            switch event {
            case .reloaded:
                self.sequences = [:]
                hasGap = true
            case .digest(let digest, _):
                if digest.sequence > self.sequences[digest.writer, default: 0] + 1 { hasGap = true }
                self.sequences[digest.writer] = max(self.sequences[digest.writer, default: 0], digest.sequence)
            case .joined, .left: break
            }
        }
        return hasGap
    }

    mutating func note(_ digest: Digest, at now: Int64) {
        if let known = self.entries[digest.writer], known.digest.sequence > digest.sequence { return }
        self.entries[digest.writer] = Entry(digest: digest, takenAt: now)
        guard self.entries.count > Self.limit,
            let oldest = self.entries.min(by: { $0.value.takenAt < $1.value.takenAt })
        else { return }
        self.forget(oldest.key)
    }

    mutating func forget(_ writer: UInt64) {
        self.entries[writer] = nil
        self.sequences[writer] = nil
    }

    subscript(writer: UInt64) -> Digest? { self.entries[writer]?.digest }

    /// Those that have said nothing since then, which are not among `members`.
    func departed(before time: Int64, members: some Collection<UInt64>) -> [UInt64] {
        self.entries.filter { $0.value.takenAt < time && !members.contains($0.key) }.keys.sorted()
    }
}
