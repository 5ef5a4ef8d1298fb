import Foundation
import RegistryCatalog
import RegistryModel
import RegistryTestKit
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
}
