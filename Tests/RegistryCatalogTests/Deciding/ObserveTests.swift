import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("What the registry's own checks decide")
struct ObserveTests {
    private static let web = HealthCheck(name: "web", kind: .http)

    private static func registered(
        ttl: Lifetime? = nil, status: InstanceStatus = .up, checks: [HealthCheck] = [web]
    ) -> PureCatalog {
        var catalog = PureCatalog()
        catalog.perform(
            .register {
                $0.ttl = ttl
                $0.status = status
                $0.checks = checks
            })
        return catalog
    }

    private static func judged(_ catalog: PureCatalog, _ error: String?, _ fault: HealthFaults = .probe) -> Command {
        .observe(
            InstanceKey(), number: catalog.instance()?.number ?? 0, Judgement(fault, error: error, detail: "seen"))
    }

    @Test func aProbedInstanceIsUnknownUntilTheFirstPass() {
        var catalog = Self.registered()
        #expect(catalog.instance()?.health.state == .unknown)
        #expect(catalog.instance()?.isAvailable == false)
        catalog.time = catalog.time.advanced(by: .seconds(1))
        catalog.perform(Self.judged(catalog, nil))
        #expect(catalog.instance()?.health == Health(state: .up, cause: .probe, since: catalog.time))
        #expect(catalog.causes == [.probe])
        catalog.perform(Self.judged(catalog, nil))
        #expect(catalog.lastGroup.writes.isEmpty, "what is known is not committed again")
    }

    @Test func whatFailsIsDownUntilItPasses() {
        var catalog = Self.registered()
        catalog.perform(Self.judged(catalog, "Check web fails: refused"))
        #expect(catalog.instance()?.health.state == .down)
        #expect(catalog.instance()?.health.error == "Check web fails: refused")
        #expect(catalog.instance()?.health.faults == [.probe, .unchecked])
        catalog.perform(Self.judged(catalog, nil))
        #expect(catalog.instance()?.health.state == .up)
        #expect(catalog.instance()?.health.faults == [])
    }

    @Test func theWorstOfHeartbeatsAndChecksCounts() {
        var catalog = Self.registered(ttl: .after(.seconds(10)))
        catalog.perform(.beat("a", .down), Self.judged(catalog, nil))
        #expect(catalog.instance()?.health.state == .down)
        #expect(catalog.instance()?.health.faults == .report)
        catalog.perform(.beat("a", .up))
        #expect(catalog.instance()?.health.state == .up)
    }

    @Test func aJudgementOfAnEarlierInstanceOfThatNameIsVoid() {
        var catalog = Self.registered()
        let late = Self.judged(catalog, "Check web fails.")
        catalog.perform(.leave())
        catalog.perform(.register { $0.checks = [Self.web] })
        catalog.perform(late)
        #expect(catalog.lastGroup.writes.isEmpty)
    }

    // MARK: Checks that change

    @Test("Without checks by the registry, what they said is over", arguments: [true, false])
    func checksThatGo(_ byPatch: Bool) {
        for error in [nil, "Check web fails."] {
            var catalog = Self.registered(ttl: .after(.seconds(10)))
            if error != nil { catalog.perform(Self.judged(catalog, error)) }
            if byPatch {
                catalog.perform(.patch { $0.checks = .some(nil) })
            } else {
                catalog.perform(.register { $0.ttl = .after(.seconds(10)) })
            }
            #expect(catalog.instance()?.health.state == .up)
            #expect(catalog.instance()?.health.faults == [])
        }
    }

    @Test(
        "A heartbeat instance that becomes probed keeps its health until there is a result", arguments: [true, false])
    func checksThatCome(_ byPatch: Bool) {
        var catalog = PureCatalog()
        catalog.perform(.register())
        if byPatch {
            catalog.perform(.patch { $0.checks = [Self.web] })
        } else {
            catalog.perform(.register { $0.checks = [Self.web] })
        }
        #expect(catalog.instance()?.health.state == .up)
        catalog.perform(Self.judged(catalog, "Check web fails."))
        #expect(catalog.instance()?.health.state == .down)
    }

    @Test func otherChecksHaveToPassBeforeAFailureIsOver() {
        var catalog = Self.registered()
        catalog.perform(Self.judged(catalog, "Check web fails."))
        catalog.perform(.patch { $0.checks = [HealthCheck(name: "db", kind: .tcp)] })
        #expect(catalog.instance()?.health.state == .down)
        catalog.perform(Self.judged(catalog, nil))
        #expect(catalog.instance()?.health.state == .up)
    }

    // MARK: STARTING

    @Test func startingEndsWhenTheChecksPass() {
        var catalog = Self.registered(status: .starting)
        catalog.perform(Self.judged(catalog, "Check web fails."))
        #expect(catalog.instance()?.spec.status == .starting)
        catalog.time = catalog.time.advanced(by: .seconds(9))
        catalog.perform(Self.judged(catalog, nil))
        #expect(catalog.instance()?.spec.status == .up)
        #expect(catalog.instance()?.isAvailable == true)
        #expect(catalog.instance()?.health.since == catalog.time)
        #expect(catalog.causes == [.ready])
    }

    @Test func startingOfOneThatIsUpEndsAsWell() {
        var catalog = Self.registered()
        catalog.perform(Self.judged(catalog, nil))
        catalog.perform(.patch { $0.status = .starting })
        #expect(catalog.instance()?.health.state == .up)
        catalog.perform(Self.judged(catalog, nil))
        #expect(catalog.instance()?.spec.status == .up)
        #expect(catalog.causes == [.ready])
    }

    @Test func resourcesDoNotEndStarting() {
        var catalog = Self.registered(ttl: .after(.seconds(10)), status: .starting, checks: [])
        catalog.perform(Self.judged(catalog, "It is short of resources.", .resource))
        catalog.perform(Self.judged(catalog, nil, .resource))
        #expect(catalog.instance()?.health.state == .up)
        #expect(catalog.instance()?.spec.status == .starting)
    }

    @Test("Its owner ends STARTING, and it warms up from then on", arguments: [true, false])
    func theOwnerEndsStarting(_ byPatch: Bool) {
        var catalog = Self.registered(ttl: .after(.seconds(10)), status: .starting, checks: [])
        catalog.time = catalog.time.advanced(by: .seconds(30))
        if byPatch {
            catalog.perform(.patch { $0.status = .up })
            #expect(catalog.causes == [.update])
        } else {
            catalog.perform(.beat("a", .up))
            #expect(catalog.causes == [.ready])
        }
        #expect(catalog.instance()?.spec.status == .up)
        #expect(catalog.instance()?.health == Health(state: .up, cause: .ready, since: catalog.time))
    }
}
