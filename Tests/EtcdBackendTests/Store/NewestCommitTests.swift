import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("The newest commit, told from what is stored")
struct NewestCommitTests {
    private let timeline = Timeline(number: 0)

    private static func head(
        sequence: UInt64 = 4, committed: Int64 = 5, removals: [String] = [], notes: Bool = false
    ) -> StoredHeadRecord {
        var head = StoredHeadRecord()
        head.notesRemovals = notes
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

    @Test("A removal counts by its own revision, whoever wrote `head` after it or before")
    func removals() {
        // Removed by one, while another, who had not seen it, tried something that conflicted.
        #expect(self.revision(Self.head(), records: ["services/a/b": 3], removals: [4, 7]) == Revision(7))
        // Both wanted to remove the same.
        let same = Self.head(removals: ["overrides/a/b"], notes: true)
        #expect(self.revision(same, records: ["services/a/b": 3], removals: [7]) == Revision(7))
        #expect(self.revision(same, records: ["services/a/b": 3], removals: [2]) == Revision(5))
        #expect(self.revision(same, records: ["services/a/b": 3], removals: [9]) == Revision(9))
        #expect(self.revision(nil, records: ["services/a/b": 3], removals: [4]) == Revision(4))
    }

    @Test(
        "An earlier program notes no removals, also beside a later one: what is gone that it was to remove, it removed")
    func earlier() {
        let removal = Self.head(removals: ["overrides/a/b"])
        #expect(self.revision(removal, records: ["services/a/b": 3], removals: [7]) == Revision(9))
        #expect(self.revision(removal, records: ["overrides/a/b": 3], removals: [7]) == Revision(7))
    }

    /// `head` was written at revision 9.
    private func revision(
        _ head: StoredHeadRecord?, records: [String: Int64], removals: [Int64] = []
    ) -> Revision {
        var commit = NewestCommit()
        commit.take(removalsAt: removals)
        if let head { commit.take(head: head, revision: 9) }
        for (key, revision) in records { commit.take(record: key, revision: revision) }
        return commit.revision(self.timeline)
    }
}

@Suite("The newest commit of a store that is loaded", .etcd)
struct LoadedCommitTests {
    @Test("A removal beside a transaction of another node of which everything conflicted is the newest commit")
    func removal() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let subscription = Sample.subscription()
            let instance = try #require(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let write = Write(.subscription(subscription.id, number: subscription.number, subscription), expected: nil)
            let made = try #require(await store.commit(TestWrites.group(write)).revision)
            // It never hears of what comes.
            let deaf = try await stores.make(
                through: ForwardingService(try EtcdClient(stores.configuration.etcd), silentWatches: 1))
            let removal = Write(.subscription(subscription.id, number: subscription.number, nil), expected: made)
            let removed = try #require(await store.commit(CommitGroup(time: Sample.time, writes: [removal])).revision)
            try await eventually { seen.batches.last?.revision == removed }
            // What was changed meanwhile, and what is removed already.
            let stale = TestWrites.instance("a", expected: Revision(instance.rawValue - 1))
            for write in [stale, removal] {
                #expect(await deaf.commit(TestWrites.group(write)) == [.conflict])
                let late = try await stores.make()
                #expect(try await late.load().revision == removed)
            }
            #expect(seen.batches.last?.revision == removed, "nor is it one to those who watch")
        }
    }

    @Test("Several removals in one transaction are one commit, each noted")
    func several() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let names = ["a", "b", "c"]
            let writes = names.map { id in
                let subscription = Sample.subscription(id)
                return Write(.subscription(id, number: subscription.number, subscription), expected: nil)
            }
            let made = try #require(await store.commit(CommitGroup(time: Sample.time, writes: writes)).revision)
            // One conflicts, so that each is tried for itself.
            let removals = zip(names, [made, Revision(made.rawValue - 1), made]).map { id, expected in
                Write(.subscription(id, number: 1, nil), expected: expected)
            }
            let outcomes = await store.commit(CommitGroup(time: Sample.time, writes: removals))
            let removed = try #require(outcomes.revision)
            #expect(outcomes == [.committed(removed), .conflict, .committed(removed)])
            let late = try await stores.make()
            let stored = try await late.load()
            #expect(stored.revision == removed)
            #expect(stored.subscriptions.map(\.id) == ["b"])
        }
    }
}
