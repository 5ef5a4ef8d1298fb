import RegistryModel
import Testing

@testable import EtcdBackend

@Suite("The newest commit, told from what is stored")
struct NewestCommitTests {
    private let timeline = Timeline(number: 0)

    private static func head(sequence: UInt64 = 4, committed: Int64 = 5, removals: [String] = []) -> StoredHeadRecord {
        var head = StoredHeadRecord()
        head.sequence = sequence
        head.committed = committed
        head.removals = removals.map { key in
            var removal = StoredRemovalRecord()
            removal.key = key
            return removal
        }
        return head
    }

    @Test("It is the newest transaction's if that wrote a record, removed one, or began a timeline")
    func effective() {
        #expect(self.revision(Self.head(), records: ["services/a/b": 9]) == Revision(9))
        #expect(self.revision(Self.head(removals: ["overrides/a/b"]), records: ["services/a/b": 3]) == Revision(9))
        #expect(self.revision(Self.head(sequence: 0), records: ["services/a/b": 3]) == Revision(9))
    }

    @Test("Else it is one that the transaction's writer had seen, or that wrote what is there")
    func conflicted() {
        #expect(self.revision(Self.head(), records: ["services/a/b": 3]) == Revision(5))
        #expect(self.revision(Self.head(), records: ["services/a/b": 7]) == Revision(7))
        #expect(self.revision(Self.head(removals: ["services/a/b"]), records: ["services/a/b": 7]) == Revision(7))
        #expect(self.revision(nil, records: [:]) == .zero)
    }

    /// `head` was written at revision 9.
    private func revision(_ head: StoredHeadRecord?, records: [String: Int64]) -> Revision {
        var commit = NewestCommit()
        if let head { commit.take(head: head, revision: 9) }
        for (key, revision) in records { commit.take(record: key, revision: revision) }
        return commit.revision(self.timeline)
    }
}
