import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import EtcdBackend

@Suite("What etcd has and the watch does not bring", .etcd)
struct StuckWatchTests {
    @Test("A watch that is open and tells nothing is given up, and goes on where it was")
    func stuck() async throws {
        try await TestStores.with { stores in
            let service = ForwardingService(try EtcdClient(stores.configuration.etcd), silentWatches: 1)
            let store = try await stores.make(through: service)
            let seen = Deliveries(store)
            try await store.put(TestDigests.digest(1, writer: store.memberID))
            try await eventually { seen.events.count == 1 }
            #expect(service.watches == 2)
            // It does not happen again for the same.
            try await store.put(TestDigests.digest(2, writer: store.memberID))
            try await eventually { seen.events.count == 2 }
            #expect(service.watches == 2)
        }
    }

    @Test("What was decided in another history is decided again, all of it")
    func basis() async throws {
        try await TestStores.with { stores in
            let store = try await stores.make()
            var group = TestWrites.group(TestWrites.instance("a"))
            group.basis = Timeline(number: 3).revision(17)
            #expect(await store.commit(group) == [.conflict])
            #expect(try await store.load().instances.isEmpty)
            group.basis = .zero
            #expect(await store.commit(group).revision != nil)
        }
    }
}
