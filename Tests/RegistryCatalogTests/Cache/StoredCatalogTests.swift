import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("What a running catalogue gives to be kept")
struct StoredCatalogTests {
    @Test("It is what the store holds, record by record, and its revision")
    func isWhatIsStored() async throws {
        try await withCatalog { live in
            #expect(CatalogRecords(live.catalog.storedCatalog()) == Self.expected(live))
            for index in 0..<20 {
                try await live.register("i\(index)", in: "s\(index % 3)", incarnation: Int64(index)) {
                    $0.port += UInt16(index)
                }
            }
            for index in 0..<6 {
                _ = try await live.perform(.deregister(InstanceKey("i\(index)", in: "s\(index % 3)"), incarnation: nil))
            }
            let key = OverrideKey(InstanceKey("i7", in: "s1"))
            for key in [key, OverrideKey(service: ServiceKey(name: "s2"))] {
                _ = try await live.perform(.putOverride(key, OverrideRequest(status: .outOfService, weight: 3)))
            }
            _ = try await live.perform(
                .subscription(
                    SubscriptionCommand(
                        id: "hook", service: ServiceKey(name: "s0"),
                        .create(
                            SubscriptionRequest(service: ServiceKey(name: "s0"), callback: "http://127.0.0.1:9/"),
                            secret: "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"))))
            let stored = CatalogRecords(live.catalog.storedCatalog())
            #expect(stored == Self.expected(live))
            #expect(stored.instances.count == 14 && stored.tombstones.count == 6 && stored.overrides.count == 2)
            #expect(stored.subscriptions.count == 1)
            #expect(stored.revision == live.catalog.appliedRevision)
        }
    }

    @Test("A catalogue that begins with it shows the same, revision by revision")
    func beginsAgain() async throws {
        try await withCatalog { live in
            for index in 0..<9 { try await live.register("i\(index)", in: "s\(index % 3)") }
            _ = try await live.perform(.deregister(InstanceKey("i0", in: "s0"), incarnation: nil))
            let state = CatalogState(live.catalog.storedCatalog()) { _, _ in nil }
            for name in ["s0", "s1", "s2"] {
                let shown = try #require(live.catalog.snapshot(of: ServiceKey(name: name)))
                let entry = try #require(state.entry(of: ServiceKey(name: name)))
                #expect(entry.service == shown.service)
                #expect(entry.instances.map(\.instance) == shown.instances.map(\.instance))
            }
        }
    }

    private static func expected(_ live: LiveCatalog) -> CatalogRecords {
        var records = CatalogRecords(live.store.contents)
        // A number is taken before it is known whether its row comes about.
        records.nextNumber = live.catalog.applier.withState { $0.nextNumber }
        return records
    }
}
