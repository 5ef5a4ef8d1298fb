import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// What operators, the doubt about everything, and size make of protection.
struct LiftedProtectionTests {
    // MARK: Lifting

    @Test func anOperatorLiftsItUntilTheServiceHasRecovered() {
        var catalog = PureCatalog.of(5)
        catalog.silence("a", "b", "c", "d")
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "payments")))[0].value == false)
        #expect(catalog.causes == Array(repeating: .endProtection, count: 5))
        #expect(catalog.lastGroup.changes.allSatisfy { $0.change.actor == "tester" })
        #expect(catalog.service()?.protection?.isLifted == true)
        #expect(catalog.suspects(of: 5) == [])
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "payments")))[0].code == .notProtected)
        // It does not begin again,
        catalog.silence("e")
        #expect(catalog.suspects(of: 5) == [])
        // until half of them are well.
        catalog.perform(.beat("a"), .beat("b"), .beat("c"))
        #expect(catalog.service()?.protection == nil)
        catalog.silence("a", "b", "c")
        // What was given up with the lift is not doubted once more.
        #expect(catalog.suspects(of: 5) == ["a", "b", "c", "e"])
    }

    @Test func whatIsNotProtectedCannotBeLifted() {
        var catalog = PureCatalog.of(1)
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "payments")))[0].code == .notProtected)
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "unknown")))[0].code == .unknownService)
    }

    // MARK: Everything

    @Test func inDoubtAboutEverythingOneOfOneIsProtected() {
        var catalog = PureCatalog.of(1)
        var wide = WideProtection(window: .seconds(30))
        var counts = StateCounts()
        #expect(wide.review(counts, recent: 20, services: { 10 }, at: catalog.time) == .began)
        catalog.state.wide = wide
        catalog.silence("a")
        #expect(catalog.suspects(of: 1) == ["a"])
        #expect(catalog.service()?.protection?.detail.contains("most of all services") == true)
        counts.available = 1
        #expect(catalog.state.wide.review(counts, recent: 0, services: { 0 }, at: catalog.time) == .ended)
        #expect(catalog.state.unreviewed(ProtectionRule(settings: catalog.settings), at: catalog.time).count == 1)
        catalog.perform(.reviewService(ServiceKey(name: "payments")))
        #expect(catalog.service()?.protection == nil)
        #expect(catalog.suspects(of: 1) == [])
        #expect(catalog.instance("a")?.health.state == .down)
    }

    /// Ten thousand at once cost each of their expiries no more than a look at the tally, but for one count a group.
    @Test func aLargeServiceIsFlaggedInBoundedCommits() {
        var catalog = PureCatalog()
        let ids = (0..<10_000).map { "i-\($0)" }
        for id in ids { catalog.perform(.register(id)) }
        catalog.silence(ids)
        catalog.reviewUntilDone()
        #expect(catalog.state.counts.suspect == 10_000)
        catalog.perform(.liftProtection(ServiceKey(name: "payments")))
        #expect(catalog.state.counts.suspect == 10_000 - CatalogSettings.flagLimit)
        catalog.reviewUntilDone()
        #expect(catalog.state.counts.suspect == 0)
        #expect(catalog.state.counts.down == 10_000)
    }

    /// As long as few fall, an expiry looks at the tally of its service and at no other instance.
    @Test func fewThatFallCostNoCount() {
        var catalog = PureCatalog.of(20)
        catalog.claim("a", "b", "c")
        var decider = Decider(settings: catalog.settings, time: catalog.time)
        for id in ["a", "b", "c"] {
            let number = catalog.instance(id)?.number ?? 0
            _ = decider.decide(
                .expire(InstanceKey(id), number: number), actor: "registry", &catalog.state)
        }
        #expect(decider.draft.standings.map(\.recent) == [nil])
        #expect(decider.draft.instances.count == 3)
        #expect(decider.draft.standings.map(\.tally.fallen) == [3])
    }
}
