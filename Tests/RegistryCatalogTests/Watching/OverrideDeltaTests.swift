import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// What watchers are told of decisions.
struct OverrideDeltaTests {
    private static let service = OverrideKey(service: ServiceKey(name: "payments"))
    private static let instance = OverrideKey(InstanceKey("a"))

    private static func delta(of catalog: PureCatalog) throws -> ServiceDelta {
        ServiceDelta(
            try #require(catalog.applied.first), revision: catalog.state.revision,
            encodings: EncodedCache(limit: 1_000))
    }

    @Test func aDecisionOnAServiceTellsOfEveryInstanceThatLooksDifferent() throws {
        var catalog = PureCatalog()
        for id in ["a", "b", "c"] { catalog.perform(.register(id)) }
        catalog.perform(.putOverride(Self.instance, OverrideRequest(weight: 1)))
        catalog.perform(.putOverride(Self.service, OverrideRequest(status: .draining)), .patch("b") { $0.weight = 5 })
        let delta = try Self.delta(of: catalog)
        #expect(delta.entries.map(\.change.cause) == [.override, .update])
        #expect(delta.entries[1].after?.instance.status == .draining)
        #expect(delta.entries[1].after?.instance.weight == 5)
        #expect(delta.others.map(\.after.id) == ["a", "c"])
        #expect(delta.others.map(\.before.instance.status) == [.up, .up])
        #expect(delta.others.map(\.after.instance.status) == [.draining, .draining])
    }

    @Test func aDecisionOnAnInstanceTellsOfItAlone() throws {
        var catalog = PureCatalog()
        for id in ["a", "b"] { catalog.perform(.register(id)) }
        catalog.perform(.putOverride(Self.instance, OverrideRequest(weight: 1)))
        let delta = try Self.delta(of: catalog)
        #expect(delta.entries.map { $0.before?.instance.weight } == [100])
        #expect(delta.entries.map { $0.after?.instance.weight } == [1])
        #expect(delta.others.isEmpty)
    }

    /// Nothing of it is committed but its changes, and the instance is still there.
    @Test func whatCameAndWentLeavesTheInstanceAsItIs() throws {
        var catalog = PureCatalog()
        catalog.perform(.register("a"))
        catalog.perform(.putOverride(Self.instance, OverrideRequest(weight: 1)), .liftOverride(Self.instance))
        let delta = try Self.delta(of: catalog)
        #expect(delta.entries.map(\.change.cause) == [.override, .liftOverride])
        for entry in delta.entries {
            #expect(entry.before?.instance.weight == 100 && entry.after?.instance.weight == 100)
        }
    }

    @Test func onWhatIsGoneThereIsNothingButTheChange() throws {
        var catalog = PureCatalog()
        catalog.perform(.register("a"))
        catalog.perform(.putOverride(Self.instance, OverrideRequest(weight: 1)))
        catalog.perform(.leave(), .deleteService(Self.service.service, ifMatch: nil))
        catalog.perform(.liftOverride(Self.instance))
        let delta = try Self.delta(of: catalog)
        #expect(delta.entries.map(\.change.cause) == [.liftOverride])
        #expect(delta.entries[0].after == nil && delta.service == nil && delta.previous == .zero)
    }
}
