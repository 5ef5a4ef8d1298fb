import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct OverrideCommandTests {
    private static let service = OverrideKey(service: ServiceKey(name: "payments"))
    private static let instance = OverrideKey(InstanceKey("a"))
    private static let out = OverrideRequest(status: .outOfService, weight: 10, reason: "a disk is replaced")

    private static func registered(_ ids: String...) -> PureCatalog {
        var catalog = PureCatalog()
        for id in ids { catalog.perform(.register(id)) }
        return catalog
    }

    // MARK: Deciding

    @Test func aDecisionCountsAndWhatTheOwnerSaidStays() throws {
        var catalog = Self.registered("a", "b")
        #expect(catalog.perform(.putOverride(Self.instance, Self.out))[0].value == false)
        let a = try #require(catalog.instance("a"))
        #expect(a.status == .outOfService && a.weight == 10 && !a.isAvailable)
        #expect(a.spec.status == .up && a.spec.weight == 100 && a.revision == Revision(1))
        #expect(a.shownRevision == Revision(3))
        #expect(catalog.instance("b")?.isAvailable == true)
        #expect(catalog.service()?.revision == Revision(3))
        #expect(catalog.state.counts.available == 1)
        let change = try #require(catalog.lastGroup.changes.first?.change)
        #expect(catalog.causes == [.override])
        #expect(change.detail == "status OUT_OF_SERVICE, weight 10: a disk is replaced")
        #expect(change.instance == "a" && change.status == .outOfService && change.health == .up)
    }

    @Test func ofAServiceItCountsForAllThatAreThereOrCome() {
        var catalog = Self.registered("a")
        catalog.perform(.putOverride(Self.service, OverrideRequest(status: .draining)))
        #expect(catalog.lastGroup.changes.map(\.change.instance) == [""])
        catalog.perform(.register("b"))
        #expect(catalog.lastGroup.changes.first?.change.status == .draining)
        #expect([catalog.instance("a")?.status, catalog.instance("b")?.status] == [.draining, .draining])
        #expect(catalog.instance("a")?.spec.status == .up)
    }

    @Test func theInstancesOwnCountsFirstFieldByField() {
        var catalog = Self.registered("a", "b")
        catalog.perform(.putOverride(Self.service, OverrideRequest(status: .outOfService, weight: 1)))
        catalog.perform(.putOverride(Self.instance, OverrideRequest(status: .up)))
        #expect(catalog.instance("a")?.status == .up && catalog.instance("a")?.weight == 1)
        #expect(catalog.instance("b")?.status == .outOfService)
        catalog.perform(.liftOverride(Self.service))
        #expect(catalog.instance("a")?.weight == 100 && catalog.instance("b")?.status == .up)
        #expect(catalog.instance("b")?.overrides == nil)
    }

    @Test func whatIsDownDoesNotBecomeAvailable() {
        var catalog = Self.registered("a")
        catalog.perform(.beat("a", .down))
        catalog.perform(.putOverride(Self.instance, OverrideRequest(status: .up)))
        #expect(catalog.instance("a")?.isAvailable == false)
        #expect(catalog.instance("a")?.health.state == .down)
    }

    @Test func theSameAgainCommitsNothingAndSomethingElseReplacesIt() {
        var catalog = Self.registered("a")
        catalog.perform(.putOverride(Self.instance, Self.out))
        catalog.time = catalog.time.advanced(by: .seconds(1))
        catalog.perform(.putOverride(Self.instance, Self.out))
        #expect(catalog.lastGroup.writes.isEmpty)
        catalog.perform(.putOverride(Self.instance, OverrideRequest(weight: 0)))
        #expect(catalog.instance("a")?.status == .up && catalog.instance("a")?.weight == 0)
        #expect(catalog.state.overrides[Self.instance]?.createdAt == catalog.time)
        #expect(catalog.state.overrides.count == 1)
    }

    @Test func unknownOnes() {
        var catalog = Self.registered("a")
        let nobody = OverrideKey(InstanceKey("z"))
        let nothing = OverrideKey(service: ServiceKey(name: "none"))
        #expect(catalog.perform(.putOverride(nobody, Self.out))[0].code == .unknownInstance)
        #expect(catalog.perform(.putOverride(nothing, Self.out))[0].code == .unknownService)
        #expect(
            catalog.perform(.putOverride(OverrideKey(InstanceKey("a", in: "none")), Self.out))[0].code
                == .unknownService)
        for key in [Self.instance, Self.service, nobody, nothing] {
            #expect(catalog.perform(.liftOverride(key))[0].code == .unknownOverride)
        }
        #expect(catalog.lastGroup.writes.isEmpty)
    }

    @Test func thereIsRoomForSoManyAndNoMore() {
        var catalog = Self.registered("a", "b")
        for number in 0..<Limits.overrides - 1 {
            let key = OverrideKey(service: ServiceKey(name: "s-\(number)"))
            catalog.state.overrides[key] = Sample.override(number: Int64(number) + 10)
        }
        let results = catalog.perform(
            .putOverride(Self.instance, Self.out), .putOverride(OverrideKey(InstanceKey("b")), Self.out),
            .liftOverride(Self.instance), .putOverride(OverrideKey(InstanceKey("b")), Self.out))
        #expect(results.map(\.code) == [nil, .conflict, nil, nil])
    }

    // MARK: What owners do meanwhile

    @Test func noWriteOfTheOwnersTouchesIt() {
        for command: Command in [
            .register("a") { $0.weight = 7 }, .register("a", incarnation: 9), .patch { $0.status = .up },
            .patch { $0.weight = 9 }, .beat("a", .down), .register("a", statesStatus: true),
        ] {
            var catalog = Self.registered("a")
            catalog.perform(.putOverride(Self.instance, Self.out))
            let before = catalog.state.overrides[Self.instance]
            catalog.perform(command)
            #expect(catalog.state.overrides[Self.instance] == before)
            #expect(catalog.instance("a")?.status == .outOfService && catalog.instance("a")?.weight == 10)
        }
    }

    @Test func itOutlivesItsInstanceAndItsService() throws {
        var catalog = Self.registered("a")
        catalog.perform(.putOverride(Self.instance, Self.out), .putOverride(Self.service, OverrideRequest(weight: 3)))
        catalog.perform(.leave())
        #expect(catalog.state.overrides[Self.instance]?.absentSince == catalog.time)
        #expect(catalog.state.overrides[Self.service]?.absentSince == nil)
        catalog.perform(.deleteService(Self.service.service, ifMatch: nil))
        #expect(catalog.state.overrides[Self.service]?.absentSince == catalog.time)
        // A further decision is taken, and is no sign of life.
        #expect(catalog.perform(.putOverride(Self.instance, OverrideRequest(status: .draining)))[0].code == nil)
        #expect(catalog.state.overrides[Self.instance]?.absentSince == catalog.time)
        catalog.perform(.register("a"))
        #expect(catalog.state.overrides[Self.instance]?.absentSince == nil)
        #expect(catalog.state.overrides[Self.service]?.absentSince == nil)
        #expect(catalog.instance("a")?.status == .draining && catalog.instance("a")?.weight == 3)
    }

    @Test func aRestartKeepsIt() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in
            try await live.register("a")
            _ = try await live.perform(.putOverride(Self.instance, Self.out))
            _ = try await live.perform(.putOverride(Self.service, OverrideRequest(weight: 3)))
        }
        let state = CatalogState(store.contents) { _, _ in nil }
        let record = try #require(state.instance(InstanceKey("a")))
        #expect(record.instance.status == .outOfService && record.instance.weight == 10)
        #expect(record.instance.overrides?.service?.weight == 3)
        #expect(state.entry(of: Self.service.service)?.service.revision == state.revision)
        #expect(state.counts.available == 0)
    }

    // MARK: If-Match

    @Test func ifMatchIsTheRevisionThatTheInstanceShows() {
        var catalog = Self.registered("a")
        catalog.perform(.putOverride(Self.instance, Self.out))
        #expect(catalog.perform(.patch(ifMatch: Revision(1)) { $0.weight = 3 })[0].code == .preconditionFailed)
        #expect(catalog.perform(.patch(ifMatch: Revision(2)) { $0.weight = 3 })[0].code == nil)
        let results = catalog.perform(
            .putOverride(Self.service, OverrideRequest(weight: 1)), .patch(ifMatch: Revision(3)) { $0.weight = 4 })
        #expect(results.map(\.code) == [nil, .preconditionFailed])
    }

    // MARK: Groups

    @Test func commandsOfAGroupSeeEachOther() {
        var catalog = Self.registered("a")
        let results = catalog.perform(
            .putOverride(Self.instance, Self.out), .liftOverride(Self.instance), .liftOverride(Self.instance))
        #expect(results.map(\.code) == [nil, nil, .unknownOverride])
        #expect(catalog.state.overrides.isEmpty)
        #expect(catalog.causes == [.override, .liftOverride])
        #expect(catalog.instance("a")?.overrides == nil)
    }

    @Test func theAnswerRestsOnTheDecisionsOwnWrite() throws {
        var catalog = Self.registered("a")
        catalog.perform(.putOverride(Self.instance, Self.out))
        let write = try #require(
            catalog.lastGroup.writes.firstIndex { if case .override = $0.record { true } else { false } })
        #expect(catalog.lastDecisions[0].awaited.others == [write])
        #expect(catalog.lastGroup.changes.map(\.write) == [write])
    }

    @Test func afterAConflictWhatIsDoneCountsAndTheServiceMoves() {
        var catalog = Self.registered("a")
        catalog.perform(.putOverride(Self.service, Self.out))
        catalog.perform(.putOverride(Self.service, Self.out), again: true)
        #expect(catalog.service()?.revision == Revision(3))
        catalog.perform(.liftOverride(Self.service))
        #expect(catalog.perform(.liftOverride(Self.service), again: true)[0].code == nil)
        #expect(catalog.service()?.revision == Revision(5))
    }

    @Test func faultsAreToldBeforeAnythingIsDone() {
        #expect(Command.putOverride(Self.instance, OverrideRequest()).fault?.fields.map(\.field) == ["status"])
        #expect(Command.putOverride(Self.instance, Self.out).fault == nil)
    }
}
