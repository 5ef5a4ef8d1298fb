import Synchronization

/// What became of this writer's own transactions, as the watch shows it: for those whose reply was lost.
final class CommitLedger: Sendable {
    /// A transaction that etcd has carried out.
    struct Entry: Hashable, Sendable {
        let revision: Int64
        /// The keys that it wrote, below the prefix.
        let keys: Set<String>
    }

    /// Those whose reply is not there yet: one at a time, so there are few.
    private let entries = Mutex<[UInt64: Entry?]>([:])

    /// A transaction is about to be sent.
    func expect(_ sequence: UInt64) { self.entries.withLock { $0[sequence] = .some(nil) } }

    /// Its reply came, or it never will count.
    func forget(_ sequence: UInt64) { self.entries.withLock { _ = $0.removeValue(forKey: sequence) } }

    /// The watch has come to it.
    func note(_ sequence: UInt64, _ entry: Entry) {
        self.entries.withLock { if $0[sequence] != nil { $0[sequence] = entry } }
    }

    func entry(_ sequence: UInt64) -> Entry? { self.entries.withLock { $0[sequence] ?? nil } }
}
