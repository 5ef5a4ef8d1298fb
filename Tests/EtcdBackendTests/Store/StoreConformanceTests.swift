import RegistryCatalog
import RegistryTestKit
import Testing

@testable import EtcdBackend

@Suite("A store on a real etcd does what the catalogue relies on", .etcd)
struct StoreConformanceTests {
    @Test("Conformance", arguments: StoreConformance.checks)
    func conforms(_ check: StoreConformance.Check) async throws {
        try await self.run(check) { _ in }
    }

    @Test("Conformance with every limit so low that it is met", arguments: StoreConformance.checks)
    func conformsAtItsLimits(_ check: StoreConformance.Check) async throws {
        try await self.run(check) { configuration in
            configuration.pageKeys = 7
            configuration.listedEntries = 7
            configuration.committedBatches = 1
        }
    }

    private func run(
        _ check: StoreConformance.Check, _ change: @Sendable (inout EtcdStore.Configuration) -> Void
    ) async throws {
        var configuration = try TestStores.configuration()
        change(&configuration)
        let stores = TestStores(configuration)
        try await check.run(
            on: StoreConformance.Subject(
                isAlone: false, commitWrites: TransactionPlan.longest, make: { try await stores.make() },
                reopen: { store in try await stores.reopen(store) }))
        await stores.close()
    }
}
