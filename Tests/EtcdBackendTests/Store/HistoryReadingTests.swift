import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import EtcdBackend

@Suite("Reading the history beside commits", .etcd)
struct HistoryReadingTests {
    @Test("Who reads it does not wait behind a commit that etcd does not answer")
    func beside() async throws {
        try await TestStores.with { stores in
            let before = try await stores.make()
            let revision = try #require(await before.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let gate = RevisionGate()
            let service = ForwardingService(try EtcdClient(stores.configuration.etcd), commits: .held(gate))
            let store = try await stores.make(through: service)
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Or a test that fails would wait for ever.
                defer { gate.reach(1) }
                group.addTask {
                    #expect(await store.commit(TestWrites.group(TestWrites.instance("b"))).revision != nil)
                }
                try await eventually { service.held == 1 }
                let read = Mutex<[Revision]>([])
                group.addTask {
                    let page = try await store.records(matching: HistoryQuery(order: .ascending))
                    read.withLock { $0 = page.records.map(\.revision) }
                }
                try await eventually(within: .seconds(20)) { read.withLock { $0 } == [revision] }
                #expect(service.held == 1)
            }
        }
    }

    @Test("Reading it opens nothing: only who loads compares what the store holds with what is shown")
    func unopened() async throws {
        try await TestStores.with { stores in
            let store = try stores.launch()
            let error = try await storeFailure { _ = try await store.records(matching: HistoryQuery()) }
            #expect(error?.code == .unavailable)
            #expect(store.opened.reached == 0)
            #expect(try await store.client.get(store.layout.key(EtcdLayout.meta)) == nil)
        }
    }
}
