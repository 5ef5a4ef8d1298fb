import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import EtcdBackend

@Suite("A group is tried together, and each alone only where one is in the way", .etcd)
struct JointCommitTests {
    @Test("What is done together is one entry of the history")
    func together() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let outcomes = await store.commit(self.group(["a", "b", "c"]))
            #expect(Set(outcomes.map(\.isCommitted)) == [true])
            #expect(try await self.entries(store) == [3])
            let records = try await store.records(matching: HistoryQuery()).records
            #expect(records.map(\.instance) == ["c", "b", "a"])
        }
    }

    @Test("One that is in the way takes none of the others with it, and nothing is recorded of it")
    func conflict() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            #expect(await store.commit(self.group(["a"])).map(\.isCommitted) == [true])
            let outcomes = await store.commit(self.group(["b", "a", "c"]))
            #expect(outcomes.map(\.isCommitted) == [true, false, true])
            #expect(outcomes[1] == .conflict)
            #expect(try await self.entries(store) == [1, 1, 1])
            #expect(try await store.load().instances.map(\.instance.id).sorted() == ["a", "b", "c"])
        }
    }

    @Test("After a refusal the next ones are tried alone, then together again")
    func pause() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            for ids in [["a"], ["b", "a"]] { _ = await store.commit(self.group(ids)) }
            let left = store.session.withLock { $0.separate }
            #expect(left > 0)
            for number in 0..<left { _ = await store.commit(self.group(["x\(number)", "y\(number)"])) }
            #expect(store.session.withLock { $0.separate } == 0)
            _ = await store.commit(self.group(["x", "y"]))
            #expect(try await self.entries(store).suffix(3) == [1, 1, 2])
        }
    }

    private func group(_ ids: [String]) -> CommitGroup {
        var group = CommitGroup(time: Sample.time, writes: ids.map { TestWrites.instance($0) })
        group.changes = ids.enumerated().map { .init(Sample.change($1), write: $0) }
        return group
    }

    /// How many changes each entry of the history holds, from the oldest on.
    private func entries(_ store: EtcdStore) async throws -> [Int] {
        let pairs = try await store.client.range(EtcdQuery(store.layout.history)).kvs
        return pairs.sorted { $0.modRevision < $1.modRevision }
            .compactMap { TrailKey(store.layout.name(of: $0.key))?.changes }
    }
}

extension CommitOutcome {
    fileprivate var isCommitted: Bool { if case .committed = self { true } else { false } }
}
