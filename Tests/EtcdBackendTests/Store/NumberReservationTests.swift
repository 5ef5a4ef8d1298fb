import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("Numbers of an etcd that went back", .etcd)
struct NumberReservationTests {
    @Test("None are taken from an etcd that is behind what is known of it: it would give out again what it did before")
    func behind() async throws {
        try await TestStores.with { stores in
            let service = ForwardingService(try EtcdClient(stores.configuration.etcd))
            let store = try await stores.make(through: service)
            let revision = try #require(await store.commit(TestWrites.group(TestWrites.instance("a"))).revision)
            let first = try await store.reserveNumbers()
            service.claim(revision.rawValue - 1)
            let error = try await storeFailure { _ = try await store.reserveNumbers() }
            #expect(error?.code == StoreError(EtcdError.wentBack).code)
            #expect(error?.message == StoreError(EtcdError.wentBack).message)
            service.claim(nil)
            #expect(try await store.reserveNumbers().lowerBound == first.upperBound, "nothing was taken meanwhile")
        }
    }
}
