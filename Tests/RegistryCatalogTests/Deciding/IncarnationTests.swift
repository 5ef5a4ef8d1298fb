import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// P10: an old incarnation cannot renew, change or revive a newer one.
struct IncarnationTests {
    /// Every command that names an incarnation.
    private static func commands(_ incarnation: Int64) -> [Command] {
        [
            .register(incarnation: incarnation), .register(incarnation: incarnation) { $0.weight = 3 },
            .patch(incarnation: incarnation) { $0.weight = 3 }, .leave(incarnation: incarnation),
            .beat("a", nil, incarnation: incarnation), .beat("a", .up, incarnation: incarnation),
            .beat("a", .down, incarnation: incarnation),
        ]
    }

    @Test func anEarlierOneChangesNothing() {
        for index in Self.commands(4).indices {
            var catalog = PureCatalog()
            catalog.perform(.register(incarnation: 5))
            let before = catalog.instance()
            #expect(catalog.perform(Self.commands(4)[index])[0].code == .staleIncarnation, "command \(index)")
            #expect(catalog.instance() == before)
            #expect(catalog.lastGroup.writes.isEmpty)
            #expect(catalog.renewed.isEmpty)
        }
    }

    @Test func anEarlierOneDoesNotReviveWhatIsDown() {
        for index in Self.commands(4).indices {
            var catalog = PureCatalog()
            catalog.perform(.register(incarnation: 5))
            catalog.claim()
            catalog.perform(.expire(InstanceKey(), number: catalog.instance()?.number ?? 0))
            #expect(catalog.perform(Self.commands(4)[index])[0].code == .staleIncarnation, "command \(index)")
            #expect(catalog.instance()?.health.state == .down)
        }
    }

    @Test func theSameAndNoneActAsTheCurrentOne() {
        for incarnation: Int64? in [5, nil] {
            for command: Command in [
                .register(incarnation: incarnation), .patch(incarnation: incarnation) { $0.weight = 3 },
                .beat("a", .down, incarnation: incarnation), .leave(incarnation: incarnation),
            ] {
                var catalog = PureCatalog()
                catalog.perform(.register(incarnation: 5))
                #expect(catalog.perform(command)[0].value == false)
            }
        }
    }

    @Test func aLaterOneMayTakeOverButNotBeatBeforeItRegistered() {
        var catalog = PureCatalog()
        catalog.perform(.register(incarnation: 5))
        #expect(catalog.perform(.beat("a", nil, incarnation: 6))[0].code == .unknownInstance)
        #expect(catalog.perform(.patch(incarnation: 6) { $0.weight = 3 })[0].code == .unknownInstance)
        #expect(catalog.perform(.register(incarnation: 6))[0].value == false)
        #expect(catalog.perform(.beat("a", nil, incarnation: 6))[0].value == false)
        #expect(catalog.perform(.beat("a", nil, incarnation: 5))[0].code == .staleIncarnation)
    }

    @Test func whatNamedNoneIsReplacedByAnyNumber() {
        var catalog = PureCatalog()
        catalog.perform(.register())
        #expect(catalog.perform(.beat("a", nil, incarnation: 0))[0].code == .unknownInstance)
        catalog.perform(.register(incarnation: 0))
        #expect(catalog.instance()?.incarnation == 0)
    }

    // MARK: After removal

    @Test(arguments: [false, true])
    func theHighestIsRememberedAfterRemoval(byPurge: Bool) {
        var catalog = PureCatalog()
        catalog.perform(.register(incarnation: 5))
        if byPurge {
            let number = catalog.instance()?.number ?? 0
            catalog.claim()
            catalog.perform(.expire(InstanceKey(), number: number))
            catalog.claim()
            catalog.perform(.purge(InstanceKey(), number: number))
        } else {
            catalog.perform(.leave())
        }
        #expect(catalog.instance() == nil)
        for index in Self.commands(4).indices where index != 2 {
            #expect(catalog.perform(Self.commands(4)[index])[0].code == .staleIncarnation, "command \(index)")
        }
        #expect(catalog.perform(.register(incarnation: 5))[0].value == true)
        #expect(catalog.state.tombstones.isEmpty)
    }

    @Test func whoRegistersWithoutOneAfterRemovalActsAsTheHighest() {
        var catalog = PureCatalog()
        catalog.perform(.register(incarnation: 5))
        catalog.perform(.leave())
        catalog.perform(.register())
        #expect(catalog.instance()?.incarnation == 5)
        #expect(catalog.perform(.beat("a", nil, incarnation: 4))[0].code == .staleIncarnation)
    }

    @Test func aLaterOneThatDeregistersIsRemembered() {
        var catalog = PureCatalog()
        catalog.perform(.register(incarnation: 5))
        catalog.perform(.leave(incarnation: 9))
        #expect(catalog.perform(.register(incarnation: 8))[0].code == .staleIncarnation)
    }

    @Test func itIsRememberedWhileItsServiceIsGone() {
        var catalog = PureCatalog()
        catalog.perform(.register(incarnation: 5))
        catalog.perform(.leave(), .deleteService(ServiceKey(name: "payments"), ifMatch: nil))
        #expect(catalog.service() == nil)
        #expect(catalog.perform(.register(incarnation: 4))[0].code == .staleIncarnation)
        #expect(catalog.service() == nil)
    }

    @Test func itIsRememberedForDeregisterAfterAndAtLeastAnHour() {
        let cases: [(Lifetime?, TimeSpan)] = [
            (nil, .hours(1)), (.after(.zero), .hours(1)), (.never, .hours(1)), (.after(.hours(5)), .hours(5)),
        ]
        for (deregisterAfter, kept) in cases {
            var catalog = PureCatalog()
            catalog.perform(.register(incarnation: 5) { $0.deregisterAfter = deregisterAfter })
            catalog.perform(.leave())
            catalog.time = Sample.time.advanced(by: kept).advanced(by: .milliseconds(-1))
            catalog.perform(.purgeTombstone(InstanceKey()))
            #expect(catalog.state.tombstones.count == 1)
            catalog.time = Sample.time.advanced(by: kept)
            catalog.perform(.purgeTombstone(InstanceKey()))
            #expect(catalog.state.tombstones.isEmpty)
            #expect(catalog.perform(.register(incarnation: 4))[0].value == true)
        }
    }

    @Test func aTombstoneBesideAnInstanceKeepsItsRow() {
        var catalog = PureCatalog()
        let stored = StoredCatalog(
            registryID: "x", revision: Revision(4), services: [Sample.service()],
            instances: [StoredInstance(service: 1, instance: Sample.instance(incarnation: 8))],
            tombstones: [
                StoredTombstone(
                    service: ServiceKey(name: "payments"), tombstone: Sample.tombstone(revision: Revision(4)))
            ], nextNumber: 10)
        catalog.state = CatalogState(stored) { _, _ in nil }
        catalog.perform(.leave())
        let tombstone = catalog.lastGroup.writes.compactMap { write -> (Int64, Revision?)? in
            if case .tombstone(_, let number, _) = write.record { (number, write.expected) } else { nil }
        }
        #expect(tombstone.map(\.0) == [3])
        #expect(tombstone.map(\.1) == [Revision(4)])
    }
}
