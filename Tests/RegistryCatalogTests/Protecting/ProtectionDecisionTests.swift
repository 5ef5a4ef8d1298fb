import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// What commands make of it when many fall at once.
struct ProtectionDecisionTests {
    /// A service with instances `a`, `b`, `c`, … whose ttl is 10 s.
    private static func catalog(
        _ count: Int, settings: CatalogSettings = CatalogSettings(), _ change: (inout InstanceSpec) -> Void = { _ in }
    ) -> PureCatalog {
        var catalog = PureCatalog()
        catalog.settings = settings
        for id in Self.ids(count) { catalog.perform(.register(id, change)) }
        return catalog
    }

    private static func ids(_ count: Int) -> [String] { (0..<count).map { String(UnicodeScalar(UInt8(97 + $0))) } }

    private static func suspects(_ catalog: PureCatalog, of count: Int) -> [String] {
        self.ids(count).filter { catalog.instance($0)?.isSuspect == true }
    }

    @Test func mostAtOnceAreSuspectAndTheServiceSaysWhy() {
        var catalog = Self.catalog(5)
        catalog.silence("a", "b")
        #expect(catalog.causes == [.expire, .expire])
        #expect(catalog.service()?.protection == nil)
        catalog.time = catalog.time.advanced(by: .seconds(9))
        catalog.silence("c")
        #expect(Self.suspects(catalog, of: 5) == ["a", "b", "c"])
        #expect(catalog.causes == [.expire, .protect, .protect, .protect, .protect])
        #expect(catalog.instance("a")?.health.state == .down)
        #expect(catalog.instance("a")?.health.cause == .expire)
        #expect(catalog.service()?.protection?.since == catalog.time)
        #expect(catalog.service()?.protection?.detail.hasPrefix("3 of 5 instances went DOWN at once") == true)
        // Those that follow are suspect at once, and nobody is marked twice.
        catalog.silence("d")
        #expect(Self.suspects(catalog, of: 5) == ["a", "b", "c", "d"])
        #expect(catalog.causes == [.expire, .protect])
    }

    @Test func inOneGroupToo() {
        var catalog = Self.catalog(20)
        catalog.silence(Self.ids(18))
        #expect(Self.suspects(catalog, of: 20) == Self.ids(18))
        #expect(catalog.causes.count { $0 == .expire } == 18)
        #expect(catalog.causes.count { $0 == .protect } == 19)
        #expect(catalog.state.counts.suspect == 18)
        #expect(catalog.state.doubted == [ServiceKey(name: "payments")])
    }

    /// What registers and what leaves in the same group counts.
    @Test func theGroupIsOneState() {
        var catalog = Self.catalog(5)
        catalog.claim("a", "b", "c")
        let numbers = ["a", "b", "c"].map { catalog.instance($0)?.number ?? 0 }
        catalog.perform(
            .register("y"), .register("z"), .expire(InstanceKey("a"), number: numbers[0]),
            .expire(InstanceKey("b"), number: numbers[1]), .expire(InstanceKey("c"), number: numbers[2]))
        #expect(catalog.service()?.protection == nil)
        #expect(catalog.causes == [.register, .register, .expire, .expire, .expire])
    }

    @Test func fewOrSpreadOverTimeAreNot() {
        var catalog = Self.catalog(20)
        catalog.silence("a", "b")
        #expect(Self.suspects(catalog, of: 20) == [])
        var slow = Self.catalog(4)
        for id in Self.ids(4) {
            slow.silence(id)
            slow.time = slow.time.advanced(by: .seconds(11))
        }
        #expect(Self.suspects(slow, of: 4) == [])
    }

    @Test func aServiceOfOneOrTwoIsNever() {
        for count in 1...2 {
            var catalog = Self.catalog(count)
            catalog.silence(Self.ids(count))
            #expect(catalog.service()?.protection == nil)
            #expect(Self.suspects(catalog, of: count) == [])
        }
    }

    @Test func switchedOffNothingIs() {
        var catalog = Self.catalog(5, settings: CatalogSettings(protects: false))
        catalog.silence(Self.ids(5))
        #expect(Self.suspects(catalog, of: 5) == [])
        #expect(catalog.causes == Array(repeating: .expire, count: 5))
    }

    @Test func failingProbesCountAndResourcesDoNot() {
        for (fault, isSuspect) in [(HealthFaults.probe, true), (.resource, false)] {
            var catalog = Self.catalog(4)
            for id in Self.ids(4) {
                let judgement = Judgement(fault, error: "It does not answer.")
                catalog.perform(.observe(InstanceKey(id), number: catalog.instance(id)?.number ?? 0, judgement))
            }
            #expect(Self.suspects(catalog, of: 4) == (isSuspect ? Self.ids(4) : []))
        }
    }

    @Test func whatIsTakenOutOfUseDoesNotCount() {
        var catalog = Self.catalog(3)
        catalog.perform(.register("x") { $0.status = .draining }, .register("y") { $0.status = .outOfService })
        catalog.silence("x", "y", "a")
        #expect(catalog.service()?.protection == nil)
        catalog.silence("b", "c")
        #expect(Self.suspects(catalog, of: 3) == ["a", "b", "c"])
        #expect(catalog.instance("x")?.health.isSuspect == false)
    }

    // MARK: Its end

    @Test func whoIsHeardIsUpAndWithHalfOfThemItEnds() {
        var catalog = Self.catalog(6)
        catalog.silence("a", "b", "c", "d", "e")
        catalog.perform(.beat("a"))
        #expect(catalog.causes == [.recover])
        #expect(catalog.instance("a")?.health.state == .up)
        #expect(catalog.instance("a")?.health.isSuspect == false)
        catalog.time = catalog.time.advanced(by: .seconds(60))
        catalog.perform(.beat("b"))
        #expect(catalog.causes == [.recover, .endProtection, .endProtection, .endProtection, .endProtection])
        #expect(catalog.service()?.protection == nil)
        #expect(Self.suspects(catalog, of: 6) == [])
        let given = catalog.instance("c")
        #expect(given?.health.state == .down)
        #expect(given?.health.cause == .endProtection)
        // Its time until removal begins here.
        #expect(given?.health.since == catalog.time)
        #expect(catalog.state.instance(InstanceKey("c"))?.lease?.terms.span == .minutes(10))
        #expect(catalog.state.doubted.isEmpty)
    }

    @Test func oneThatComesAndGoesDoesNotBeginItAgain() {
        var catalog = Self.catalog(6)
        catalog.silence("a", "b", "c", "d")
        catalog.perform(.beat("a"))
        #expect(catalog.service()?.protection == nil)
        catalog.silence("a")
        #expect(catalog.service()?.protection == nil)
        #expect(catalog.causes == [.expire])
    }

    @Test func aSuspectIsNotRemoved() {
        var catalog = Self.catalog(3)
        catalog.silence("a", "b", "c")
        catalog.claim("a")
        catalog.perform(.purge(InstanceKey("a"), number: catalog.instance("a")?.number ?? 0))
        #expect(catalog.lastGroup.writes.isEmpty)
        #expect(catalog.instance("a")?.isSuspect == true)
    }

    @Test func whoReportsItselfDownIsNoSuspectAnyMore() {
        var catalog = Self.catalog(5)
        catalog.silence("a", "b", "c", "d")
        catalog.perform(.beat("a", .down))
        #expect(catalog.instance("a")?.health.faults == .report)
        #expect(catalog.instance("a")?.health.isSuspect == false)
        #expect(Self.suspects(catalog, of: 5) == ["b", "c", "d"])
    }

    // MARK: Lifting

    @Test func anOperatorLiftsItUntilTheServiceHasRecovered() {
        var catalog = Self.catalog(5)
        catalog.silence("a", "b", "c", "d")
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "payments")))[0].value == false)
        #expect(catalog.causes == Array(repeating: .endProtection, count: 5))
        #expect(catalog.lastGroup.changes.allSatisfy { $0.change.actor == "tester" })
        #expect(catalog.service()?.protection?.isLifted == true)
        #expect(Self.suspects(catalog, of: 5) == [])
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "payments")))[0].code == .notProtected)
        // It does not begin again,
        catalog.silence("e")
        #expect(Self.suspects(catalog, of: 5) == [])
        // until half of them are well.
        catalog.perform(.beat("a"), .beat("b"), .beat("c"))
        #expect(catalog.service()?.protection == nil)
        catalog.silence("a", "b", "c")
        // What was given up with the lift is not doubted once more.
        #expect(Self.suspects(catalog, of: 5) == ["a", "b", "c", "e"])
    }

    @Test func whatIsNotProtectedCannotBeLifted() {
        var catalog = Self.catalog(1)
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "payments")))[0].code == .notProtected)
        #expect(catalog.perform(.liftProtection(ServiceKey(name: "unknown")))[0].code == .unknownService)
    }

    // MARK: Everything

    @Test func inDoubtAboutEverythingOneOfOneIsProtected() {
        var catalog = Self.catalog(1)
        var wide = WideProtection(window: .seconds(30))
        var counts = StateCounts()
        #expect(wide.review(counts, recent: 20, services: { 10 }, at: catalog.time) == .began)
        catalog.state.wide = wide
        catalog.silence("a")
        #expect(Self.suspects(catalog, of: 1) == ["a"])
        #expect(catalog.service()?.protection?.detail.contains("most of all services") == true)
        counts.available = 1
        #expect(catalog.state.wide.review(counts, recent: 0, services: { 0 }, at: catalog.time) == .ended)
        #expect(catalog.state.unreviewed(ProtectionRule(settings: catalog.settings), at: catalog.time).count == 1)
        catalog.perform(.reviewProtection(ServiceKey(name: "payments")))
        #expect(catalog.service()?.protection == nil)
        #expect(Self.suspects(catalog, of: 1) == [])
        #expect(catalog.instance("a")?.health.state == .down)
    }

    /// Ten thousand at once cost each of their expiries no more than a look at the tally, but for one count a group.
    @Test func aLargeServiceIsFlaggedInBoundedCommits() {
        var catalog = PureCatalog()
        let ids = (0..<10_000).map { "i-\($0)" }
        for id in ids { catalog.perform(.register(id)) }
        catalog.silence(ids)
        var rounds = 0
        while !catalog.state.unreviewed(ProtectionRule(settings: catalog.settings), at: catalog.time).isEmpty {
            catalog.perform(.reviewProtection(ServiceKey(name: "payments")))
            #expect(catalog.lastGroup.writes.count <= CatalogSettings.flagLimit + 1)
            rounds += 1
            guard rounds < 5 else { break }
        }
        #expect(catalog.state.counts.suspect == 10_000)
    }
}
