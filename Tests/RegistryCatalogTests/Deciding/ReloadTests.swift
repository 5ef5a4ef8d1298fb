import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("A batch that is all there is replaces the state")
struct ReloadTests {
    @Test("What it holds is put, and everything else is gone, each kind of record")
    func replaces() {
        var state = CatalogState(Self.stored(instances: ["a", "b"])) { _, _ in nil }
        var newer = Self.stored(instances: ["b", "c"])
        newer.revision = Revision(20)
        newer.tombstones = []
        newer.overrides = []
        newer.subscriptions = []
        let applied = state.apply(CommittedBatch(whole: newer, time: Sample.time)) { _, _, _ in nil }
        #expect(state.revision == Revision(20))
        #expect(state.entry(of: Sample.service().key)?.instances.map(\.id) == ["b", "c"])
        #expect(state.tombstones.isEmpty)
        #expect(state.overrides.isEmpty)
        #expect(state.subscriptions.count == 0)
        #expect(applied.first?.transitions.filter { $0.after == nil }.map(\.id) == ["a"])
    }

    @Test("A service that it does not hold is gone with its instances")
    func services() {
        var state = CatalogState(Self.stored(instances: ["a"])) { _, _ in nil }
        let nothing = StoredCatalog(
            registryID: "r", revision: Revision(20), services: [], instances: [], tombstones: [], nextNumber: 10)
        let applied = state.apply(CommittedBatch(whole: nothing, time: Sample.time)) { _, _, _ in nil }
        #expect(Array(state.services).isEmpty)
        #expect(state.counts == StateCounts())
        #expect(applied.map(\.key) == [Sample.service().key])
        #expect(applied.first?.entry == nil)
    }

    @Test("The same again changes nothing")
    func same() {
        let stored = Self.stored(instances: ["a", "b"])
        var state = CatalogState(stored) { _, _ in nil }
        let before = state.entry(of: Sample.service().key)?.instances.map(\.instance)
        _ = state.apply(CommittedBatch(whole: stored, time: Sample.time)) { _, _, _ in nil }
        #expect(state.entry(of: Sample.service().key)?.instances.map(\.instance) == before)
        #expect(state.counts.instances == 2)
    }

    private static func stored(instances: [String]) -> StoredCatalog {
        let key = Sample.service().key
        return StoredCatalog(
            registryID: "r", revision: Revision(9), services: [Sample.service(revision: Revision(9))],
            instances: instances.map {
                StoredInstance(service: 1, instance: Sample.instance($0, revision: Revision(9)))
            },
            tombstones: [StoredTombstone(service: key, tombstone: Sample.tombstone("gone"))],
            overrides: [StoredOverride(key: OverrideKey(service: key), override: Sample.override())],
            subscriptions: [Sample.subscription()], nextNumber: 10)
    }
}
