import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import ServerTestKit
import Testing

@testable import EtcdBackend

@Suite("A node that missed what is compacted", .etcd)
struct ReloadTests {
    @Test("Everything is read anew when what should have come next is compacted, as one batch that is all there is")
    func compacted() async throws {
        let proxy = try await CutProxy(to: EtcdServer.shared().port)
        var configuration = try TestStores.configuration()
        let direct = TestStores(configuration)
        configuration.etcd.endpoints = [EtcdEndpoint(host: "127.0.0.1", port: proxy.port)]
        try await TestStores.with(configuration) { stores in
            let (cut, whole) = (try await stores.make(), try await direct.make())
            let seen = Deliveries(cut)
            let service = Write(.service(Sample.service().key, number: 1, Sample.service()), expected: nil)
            let writes = [service, TestWrites.instance("a")]
            let first = try #require(await whole.commit(CommitGroup(time: Sample.time, writes: writes)).revision)
            try await eventually { seen.batches.count == 1 }
            proxy.refuse(true)
            proxy.cut()
            let removal = Write(
                .instance(InstanceKey(service: Sample.service().key, id: "a"), number: 2, service: 1, nil),
                expected: first)
            _ = await whole.commit(TestWrites.group(removal))
            let last = try #require(await whole.commit(TestWrites.group(TestWrites.instance("b"))).revision)
            try await whole.client.compact(to: last.rawValue)
            proxy.refuse(false)
            try await eventually { seen.batches.count == 2 }
            let batch = seen.batches[1]
            #expect(batch.isWhole)
            #expect(batch.revision == last)
            #expect(batch.records.map(\.key) == ["services/default/payments", "instances/default/payments/b"])
            let next = try #require(await cut.commit(TestWrites.group(TestWrites.instance("c"))).revision)
            try await eventually { seen.batches.last?.revision == next }
            #expect(seen.batches.count == 3)
        }
        await direct.close()
    }

    @Test("On demand everything is read anew, as one batch that begins with saying so, and goes on without a gap")
    func onDemand() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            let seen = Deliveries(store)
            let first = try #require(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let digest = TestDigests.digest(1, writer: store.memberID)
            try await store.put(digest)
            try await eventually { seen.batches.count == 2 }
            await store.reload()
            try await eventually { seen.batches.count == 3 }
            let batch = seen.batches[2]
            #expect(batch.isWhole)
            #expect(batch.revision == first)
            #expect(batch.events.first == .reloaded)
            #expect(batch.events.dropFirst() == seen.batches[1].events[...])
            let next = try #require(await store.commit(TestWrites.group(TestWrites.instance("b"))).revision)
            try await eventually { seen.batches.last?.revision == next }
            #expect(seen.batches.count == 4)
        }
    }
}

@Suite("Forgetting etcd's old revisions", .etcd)
struct StoreCompactionTests {
    @Test("Compaction forgets what is old enough, and a second node that does it too does no harm")
    func compaction() async throws {
        try await TestStores.with { stores in
            let (store, other) = (try await stores.make(), try await stores.make())
            var revisions: [Revision] = []
            for index in 0..<3 {
                revisions.append(
                    try #require(await store.commit(TestWrites.group(TestWrites.instance("\(index)"))).revision))
                // Revisions are remembered by the second.
                try await Task.sleep(for: .milliseconds(1_100))
            }
            try await store.compact(olderThan: .minutes(5), applied: revisions[2])
            #expect(try await Self.isKept(revisions[0], store))
            // A node that lags holds it up.
            try await store.compact(olderThan: .zero, applied: revisions[0])
            #expect(try await Self.isKept(revisions[0], store))
            try await store.compact(olderThan: .zero, applied: revisions[2])
            #expect(try await !Self.isKept(revisions[0], store))
            #expect(try await Self.isKept(revisions[2], store))
            try await other.compact(olderThan: .zero, applied: revisions[2])
        }
    }

    private static func isKept(_ revision: Revision, _ store: EtcdStore) async throws -> Bool {
        var query = EtcdQuery(store.layout.watched)
        query.revision = revision.rawValue
        let error = try await failure { _ = try await store.client.range(query) }
        return error?.code != .compacted
    }
}
