import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct InstanceCommandTests {
    private static func registered(_ command: Command = .register()) -> PureCatalog {
        var catalog = PureCatalog()
        catalog.perform(command)
        catalog.time = catalog.time.advanced(by: .seconds(5))
        return catalog
    }

    // MARK: Update

    @Test func aPatchChangesItsFieldsAndNamesThem() {
        var catalog = Self.registered()
        #expect(
            catalog.perform(
                .patch { patch in
                    patch.weight = 3
                    patch.tags = ["x"]
                })[0].value == false)
        #expect(catalog.instance()?.spec.weight == 3)
        #expect(catalog.instance()?.updatedAt == catalog.time)
        #expect(catalog.causes == [.update])
        #expect(catalog.lastGroup.changes.first?.change.detail == "weight, tags")
        #expect(catalog.renewed.isEmpty)
    }

    @Test func aPatchThatChangesNothingCommitsNothing() {
        var catalog = Self.registered()
        #expect(catalog.perform(.patch { $0.status = .up })[0].value == false)
        #expect(catalog.lastGroup.writes.isEmpty)
    }

    @Test func aPatchIsHeldAgainstTheLimits() {
        var catalog = Self.registered()
        #expect(catalog.perform(.patch { $0.ttl = .after(.milliseconds(1)) })[0].code == .invalid)
        let two = [HealthCheck(name: "one", kind: .ttl), HealthCheck(name: "two", kind: .ttl)]
        #expect(catalog.perform(.patch { $0.checks = two })[0].code == .invalid)
        #expect(catalog.lastGroup.writes.isEmpty)
    }

    @Test func ifMatchIsTheInstancesRevision() {
        var catalog = Self.registered()
        #expect(catalog.perform(.patch(ifMatch: Revision(9)) { $0.weight = 3 })[0].code == .preconditionFailed)
        #expect(catalog.perform(.patch(ifMatch: Revision(1)) { $0.weight = 3 })[0].value == false)
        #expect(catalog.perform(.patch(ifMatch: Revision(1)) { $0.weight = 4 })[0].code == .preconditionFailed)
        #expect(catalog.perform(.patch(ifMatch: Revision(2)) { $0.weight = 4 })[0].value == false)
    }

    @Test func ofTwoPatchesOnTheSameRevisionInOneGroupOneHolds() {
        var catalog = Self.registered()
        let results = catalog.perform(
            .patch(ifMatch: Revision(1)) { $0.weight = 3 }, .patch(ifMatch: Revision(1)) { $0.weight = 4 })
        #expect(results.map(\.code) == [nil, .preconditionFailed])
        #expect(catalog.instance()?.spec.weight == 3)
    }

    @Test func unknownOnes() {
        var catalog = Self.registered()
        for command: Command in [.patch("z") { $0.weight = 1 }, .leave("z"), .beat("z")] {
            #expect(catalog.perform(command)[0].code == .unknownInstance)
        }
        for command: Command in [
            .update(InstanceKey("a", in: "none"), InstancePatch(), ifMatch: nil),
            .deregister(InstanceKey("a", in: "none"), incarnation: nil),
            .renew(InstanceKey("a", in: "none"), status: nil, incarnation: nil),
        ] {
            #expect(catalog.perform(command)[0].code == .unknownService)
        }
    }

    // MARK: Deregister

    @Test func deregistrationLeavesAnEmptyService() {
        var catalog = Self.registered()
        #expect(catalog.perform(.leave())[0].value == false)
        #expect(catalog.causes == [.deregister])
        #expect(catalog.lastGroup.changes.first?.change.health == nil)
        #expect(catalog.instance() == nil)
        #expect(catalog.service()?.emptySince == catalog.time)
        #expect(catalog.service()?.revision == Revision(2))
        #expect(catalog.state.tombstones.isEmpty)
        #expect(catalog.state.counts == StateCounts(services: 1))
        #expect(catalog.perform(.leave())[0].code == .unknownInstance)
    }

    // MARK: Renew

    /// Every state of health against every report.
    @Test(arguments: [
        (HealthState.up, Cause.register, HealthState?.none, HealthState.up, Cause?.none),
        (.up, .register, .up, .up, nil),
        (.up, .register, .down, .down, .report),
        (.down, .expire, nil, .up, .recover),
        (.down, .expire, .up, .up, .recover),
        (.down, .expire, .down, .down, .report),
        (.down, .report, nil, .down, nil),
        (.down, .report, .down, .down, nil),
        (.down, .report, .up, .up, .report),
        (.unknown, .register, nil, .unknown, nil),
        (.unknown, .register, .up, .unknown, nil),
        (.unknown, .register, .down, .down, .report),
    ])
    func whatAReportMakesOfHealth(
        state: HealthState, cause: Cause, report: HealthState?, expected: HealthState, change: Cause?
    ) {
        var catalog = PureCatalog()
        let stored = StoredCatalog(
            registryID: "x", revision: Revision(1), services: [Sample.service()],
            instances: [
                StoredInstance(service: 1, instance: Sample.instance(health: Sample.health(state, cause: cause)))
            ],
            tombstones: [], nextNumber: 10)
        catalog.state = CatalogState(stored) { _, _ in nil }
        #expect(catalog.perform(.beat("a", report))[0].value == false)
        #expect(catalog.instance()?.health.state == expected)
        #expect(catalog.causes == (change.map { [$0] } ?? []))
        #expect(catalog.renewed == [InstanceKey()])
        #expect((catalog.instance()?.health.error.isEmpty == false) == (expected == .down && change == .report))
    }

    // MARK: Expire and purge

    @Test func expiryNeedsAClaimOfTheSameInstance() {
        var catalog = Self.registered()
        let number = catalog.instance()?.number ?? 0
        catalog.perform(.expire(InstanceKey(), number: number))
        #expect(catalog.instance()?.health.state == .up, "nobody found it overdue")
        catalog.claim()
        catalog.perform(.expire(InstanceKey(), number: number + 1))
        #expect(catalog.instance()?.health.state == .up, "it was meant for another one")
        catalog.perform(.purge(InstanceKey(), number: number))
        #expect(catalog.instance() != nil, "it is not DOWN")
        catalog.perform(.expire(InstanceKey(), number: number))
        #expect(catalog.instance()?.health.state == .down)
        #expect(catalog.instance()?.health.error == "No heartbeat for 10s.")
        #expect(catalog.lastGroup.changes.map(\.change.actor) == ["registry"])
    }

    @Test func aRenewalInTheSameGroupBeforeItVoidsTheExpiry() {
        for renewal: Command in [.beat(), .register(), .patch { $0.weight = 3 }] {
            var catalog = Self.registered()
            catalog.claim()
            catalog.perform(renewal, .expire(InstanceKey(), number: catalog.instance()?.number ?? 0))
            #expect(catalog.instance()?.health.state == .up)
            #expect(!catalog.causes.contains(.expire))
        }
    }

    @Test func aRenewalInTheSameGroupAfterItRecovers() {
        var catalog = Self.registered()
        catalog.claim()
        catalog.perform(.expire(InstanceKey(), number: catalog.instance()?.number ?? 0), .beat())
        #expect(catalog.instance()?.health.state == .up)
        #expect(catalog.causes == [.expire, .recover])
    }

    @Test func aPurgeRemovesWhatIsDown() {
        var catalog = Self.registered(.register(incarnation: 5))
        let number = catalog.instance()?.number ?? 0
        catalog.claim()
        catalog.perform(.expire(InstanceKey(), number: number))
        catalog.perform(.purge(InstanceKey(), number: number))
        #expect(catalog.instance() != nil, "its time is not over")
        catalog.claim()
        catalog.perform(.purge(InstanceKey(), number: number))
        #expect(catalog.instance() == nil)
        #expect(catalog.causes == [.purge])
        #expect(catalog.state.tombstones[InstanceKey()]?.incarnation == 5)
    }
}
