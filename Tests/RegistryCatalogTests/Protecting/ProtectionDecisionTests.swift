import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// What commands make of it when many fall at once.
struct ProtectionDecisionTests {
    @Test func mostAtOnceAreSuspectAndTheServiceSaysWhy() {
        var catalog = PureCatalog.of(5)
        catalog.silence("a", "b")
        #expect(catalog.causes == [.expire, .expire])
        #expect(catalog.service()?.protection == nil)
        catalog.time = catalog.time.advanced(by: .seconds(9))
        catalog.silence("c")
        #expect(catalog.suspects(of: 5) == ["a", "b", "c"])
        #expect(catalog.causes == [.expire, .protect, .protect, .protect, .protect])
        #expect(catalog.instance("a")?.health.state == .down)
        #expect(catalog.instance("a")?.health.cause == .expire)
        #expect(catalog.service()?.protection?.since == catalog.time)
        #expect(catalog.service()?.protection?.detail.hasPrefix("3 of 5 instances went DOWN at once") == true)
        // Those that follow are suspect at once, and nobody is marked twice.
        catalog.silence("d")
        #expect(catalog.suspects(of: 5) == ["a", "b", "c", "d"])
        #expect(catalog.causes == [.expire, .protect])
    }

    @Test func inOneGroupToo() {
        var catalog = PureCatalog.of(20)
        catalog.silence(PureCatalog.ids(18))
        #expect(catalog.suspects(of: 20) == PureCatalog.ids(18))
        #expect(catalog.causes.count { $0 == .expire } == 18)
        #expect(catalog.causes.count { $0 == .protect } == 19)
        #expect(catalog.state.counts.suspect == 18)
        #expect(catalog.state.doubted == [ServiceKey(name: "payments")])
    }

    /// What registers and what leaves in the same group counts.
    @Test func theGroupIsOneState() {
        var catalog = PureCatalog.of(5)
        catalog.claim("a", "b", "c")
        let numbers = ["a", "b", "c"].map { catalog.instance($0)?.number ?? 0 }
        catalog.perform(
            .register("y"), .register("z"), .expire(InstanceKey("a"), number: numbers[0]),
            .expire(InstanceKey("b"), number: numbers[1]), .expire(InstanceKey("c"), number: numbers[2]))
        #expect(catalog.service()?.protection == nil)
        #expect(catalog.causes == [.register, .register, .expire, .expire, .expire])
    }

    @Test func fewOrSpreadOverTimeAreNot() {
        var catalog = PureCatalog.of(20)
        catalog.silence("a", "b")
        #expect(catalog.suspects(of: 20) == [])
        var slow = PureCatalog.of(4)
        for id in PureCatalog.ids(4) {
            slow.silence(id)
            slow.time = slow.time.advanced(by: .seconds(11))
        }
        #expect(slow.suspects(of: 4) == [])
    }

    @Test func aServiceOfOneOrTwoIsNever() {
        for count in 1...2 {
            var catalog = PureCatalog.of(count)
            catalog.silence(PureCatalog.ids(count))
            #expect(catalog.service()?.protection == nil)
            #expect(catalog.suspects(of: count) == [])
        }
    }

    @Test func switchedOffNothingIs() {
        var catalog = PureCatalog.of(5, settings: CatalogSettings(protects: false))
        catalog.silence(PureCatalog.ids(5))
        #expect(catalog.suspects(of: 5) == [])
        #expect(catalog.causes == Array(repeating: .expire, count: 5))
    }

    @Test func failingProbesCountAndResourcesDoNot() {
        for (fault, isSuspect) in [(HealthFaults.probe, true), (.resource, false)] {
            var catalog = PureCatalog.of(4)
            for id in PureCatalog.ids(4) {
                let judgement = Judgement(fault, error: "It does not answer.")
                catalog.perform(.observe(InstanceKey(id), number: catalog.instance(id)?.number ?? 0, judgement))
            }
            #expect(catalog.suspects(of: 4) == (isSuspect ? PureCatalog.ids(4) : []))
        }
    }

    @Test func whatIsTakenOutOfUseDoesNotCount() {
        var catalog = PureCatalog.of(3)
        catalog.perform(.register("x") { $0.status = .draining }, .register("y") { $0.status = .outOfService })
        catalog.silence("x", "y", "a")
        #expect(catalog.service()?.protection == nil)
        catalog.silence("b", "c")
        #expect(catalog.suspects(of: 3) == ["a", "b", "c"])
        #expect(catalog.instance("x")?.health.isSuspect == false)
    }

    // MARK: Its end

    @Test func whoIsHeardIsUpAndWithHalfOfThemItEnds() {
        var catalog = PureCatalog.of(6)
        catalog.silence("a", "b", "c", "d", "e")
        catalog.perform(.beat("a"))
        #expect(catalog.causes == [.recover])
        #expect(catalog.instance("a")?.health.state == .up)
        #expect(catalog.instance("a")?.health.isSuspect == false)
        catalog.time = catalog.time.advanced(by: .seconds(60))
        catalog.perform(.beat("b"))
        #expect(catalog.causes == [.recover, .endProtection, .endProtection, .endProtection, .endProtection])
        #expect(catalog.service()?.protection == nil)
        #expect(catalog.suspects(of: 6) == [])
        let given = catalog.instance("c")
        #expect(given?.health.state == .down)
        #expect(given?.health.cause == .endProtection)
        // Its time until removal begins here.
        #expect(given?.health.since == catalog.time)
        #expect(catalog.state.instance(InstanceKey("c"))?.lease?.terms.span == .minutes(10))
        #expect(catalog.state.doubted.isEmpty)
    }

    @Test func oneThatComesAndGoesDoesNotBeginItAgain() {
        var catalog = PureCatalog.of(6)
        catalog.silence("a", "b", "c", "d")
        catalog.perform(.beat("a"))
        #expect(catalog.service()?.protection == nil)
        catalog.silence("a")
        #expect(catalog.service()?.protection == nil)
        #expect(catalog.causes == [.expire])
    }

    @Test func aSuspectIsNotRemoved() {
        var catalog = PureCatalog.of(3)
        catalog.silence("a", "b", "c")
        catalog.claim("a")
        catalog.perform(.purge(InstanceKey("a"), number: catalog.instance("a")?.number ?? 0))
        #expect(catalog.lastGroup.writes.isEmpty)
        #expect(catalog.instance("a")?.isSuspect == true)
    }

    @Test func whoReportsItselfDownIsNoSuspectAnyMore() {
        var catalog = PureCatalog.of(5)
        catalog.silence("a", "b", "c", "d")
        catalog.perform(.beat("a", .down))
        #expect(catalog.instance("a")?.health.faults == .report)
        #expect(catalog.instance("a")?.health.isSuspect == false)
        #expect(catalog.suspects(of: 5) == ["b", "c", "d"])
    }
}
