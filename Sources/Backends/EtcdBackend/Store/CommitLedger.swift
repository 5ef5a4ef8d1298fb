import Synchronization

/// What became of this writer's own transactions, as the watch shows it: for those whose reply was lost.
final class CommitLedger: Sendable {
    /// A transaction that etcd has carried out.
    struct Entry: Hashable, Sendable {
        let revision: Int64
        /// The keys that it wrote, below the prefix.
        let keys: Set<String>
    }

    enum Finding: Hashable, Sendable {
        /// The watch has not come to it.
        case unseen
        case seen(Entry)
        /// The watch left something out, and it may have been there.
        case missed
    }

    /// Those whose reply is not there yet: one at a time, so there are few.
    private let findings = Mutex<[UInt64: Finding]>([:])

    /// A transaction is about to be sent.
    func expect(_ sequence: UInt64) { self.findings.withLock { $0[sequence] = .unseen } }

    /// Its reply came, or it never will count.
    func forget(_ sequence: UInt64) { self.findings.withLock { _ = $0.removeValue(forKey: sequence) } }

    /// The watch has come to it.
    func note(_ sequence: UInt64, _ entry: Entry) {
        self.findings.withLock { if $0[sequence] != nil { $0[sequence] = .seen(entry) } }
    }

    /// The watch goes on behind revisions that it did not show.
    func noteGap() {
        self.findings.withLock { findings in
            for (sequence, finding) in findings where finding == .unseen { findings[sequence] = .missed }
        }
    }

    func finding(_ sequence: UInt64) -> Finding { self.findings.withLock { $0[sequence] ?? .missed } }
}
