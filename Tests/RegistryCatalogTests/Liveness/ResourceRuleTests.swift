import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Resources: thresholds and hysteresis")
struct ResourceRuleTests {
    /// Above 0.9 it is short, at most 0.85 it is not, and between nothing changes.
    @Test(
        "One resource, report by report",
        arguments: [
            ([0.91], nil), ([0.91, 0.91], true), ([0.9, 0.9, 0.9], nil), ([0.91, 0.5, 0.91], nil),
            ([0.91, 0.88, 0.91], nil), ([0.5], nil), ([0.5, 0.85], false), ([0.5, 0.86], nil),
            ([1, 1, 0.8], true), ([1, 1, 0.8, 0.8], false), ([1, 1, 0.88, 0.88, 0.88], true),
            ([1, 1, 0.8, 0.88, 0.8], true), ([1, 1, 0.8, 0.8, 0.95], false), ([1, 1, 0.8, 0.8, 0.95, 0.95], true),
        ] as [([Double], Bool?)])
    func gauge(_ shares: [Double], _ isShort: Bool?) {
        var gauge = ResourceGauge()
        for share in shares { gauge.take(share, threshold: 0.9) }
        #expect(gauge.isShort == isShort)
    }

    @Test func aThresholdOfOneEndsWhatThereIs() {
        var gauge = ResourceGauge()
        for _ in 0..<2 { gauge.take(0.97, threshold: 0.9) }
        gauge.take(0.97, threshold: 1)
        #expect(gauge.isShort == false)
    }

    @Test func aLoadThatMovesAboutTheThresholdDoesNotFlap() {
        var gauge = ResourceGauge()
        var changes = 0
        for index in 0..<1_000 {
            let before = gauge.isShort
            gauge.take(index % 2 == 0 ? 0.92 : 0.87, threshold: 0.9)
            if gauge.isShort != before { changes += 1 }
        }
        #expect(changes == 0)
    }

    @Test(
        "Extreme thresholds", arguments: [(1.0, 1.0, false), (0.0, 0.01, true), (0.0, 0.0, false), (0.02, 0.03, true)])
    func extremes(_ threshold: Double, _ share: Double, _ isShort: Bool) {
        var gauge = ResourceGauge()
        for _ in 0..<3 { gauge.take(share, threshold: threshold) }
        #expect((gauge.isShort == true) == isShort)
        for _ in 0..<2 { gauge.take(0, threshold: threshold) }
        #expect(gauge.isShort == false, "there is always a way back")
    }

    @Test func anyResourceMakesItShortAndAllHaveToRecover() {
        var rule = ResourceRule()
        let thresholds = ResourceThresholds(cpu: 0.9, memory: 0.8, disk: 0.9)
        #expect(rule.take(HealthDetails(cpu: 0.1, memory: 0.85), thresholds) == .open)
        let short = ResourceRule.Verdict.short("It is short of resources: memory is at 85 %, above 80 %.")
        #expect(rule.take(HealthDetails(cpu: 0.1, memory: 0.85), thresholds) == short)
        #expect(
            rule.take(HealthDetails(cpu: 0.1), thresholds)
                == .short("It is short of resources: memory was above 80 %."),
            "what a report does not mention is as it was")
        _ = rule.take(HealthDetails(memory: 0.1, disk: 0.95), thresholds)
        #expect(
            rule.take(HealthDetails(memory: 0.1, disk: 0.95), thresholds)
                == .short("It is short of resources: disk is at 95 %, above 90 %."))
        _ = rule.take(HealthDetails(disk: 0.1), thresholds)
        #expect(rule.take(HealthDetails(disk: 0.1), thresholds) == .enough)
    }

    @Test func networkAndErrorsDecideNothing() {
        var rule = ResourceRule()
        let details = HealthDetails(network: NetworkUse(errors: 1_000_000), errors: ["everything is on fire"])
        for _ in 0..<5 { #expect(rule.take(details, ResourceThresholds()) == .open) }
    }

    // MARK: In the catalogue

    private static let short = HealthReport(details: HealthDetails(cpu: 0.95))
    private static let well = HealthReport(details: HealthDetails(cpu: 0.5))

    @Test func reportsMakeItDownAndUpAgain() async throws {
        try await withCatalog { live in
            try await live.register()
            let key = InstanceKey()
            let first = try await live.catalog.report(key, Self.short, actor: "a")
            #expect(first.instance?.instance.health.state == .up)
            let second = try await live.catalog.report(key, Self.short, actor: "a")
            let health = try #require(second.instance?.instance.health)
            #expect(health.state == .down)
            #expect(health.cause == .resource)
            #expect(health.faults == .resource)
            #expect(health.error == "It is short of resources: cpu is at 95 %, above 90 %.")
            let revision = live.catalog.appliedRevision
            _ = try await live.catalog.report(key, Self.short, actor: "a")
            #expect(live.catalog.appliedRevision == revision, "what is known is not committed again")
            _ = try await live.catalog.report(key, Self.well, actor: "a")
            #expect(live.health() == .down)
            let last = try await live.catalog.report(key, Self.well, actor: "a")
            #expect(last.instance?.instance.health.state == .up)
            let causes = try await live.history().map(\.cause)
            #expect(causes == [.register, .resource, .resource])
            #expect(try await live.history().last?.actor == Change.registryActor)
        }
    }

    @Test func itGoesOnBeatingWhileItIsShort() async throws {
        try await withCatalog { live in
            try await live.register { $0.deregisterAfter = .after(.seconds(1)) }
            for _ in 0..<2 { _ = try await live.catalog.report(InstanceKey(), Self.short, actor: "a") }
            for _ in 0..<5 {
                try await live.advance(by: .seconds(8))
                #expect(live.catalog.renew(InstanceKey(), incarnation: nil) == .renewed)
            }
            #expect(live.health() == .down)
        }
    }

    @Test func anUpOfItsOwnerDoesNotEndIt() async throws {
        try await withCatalog { live in
            try await live.register()
            for _ in 0..<2 { _ = try await live.catalog.report(InstanceKey(), Self.short, actor: "a") }
            _ = try await live.catalog.report(InstanceKey(), HealthReport(status: .up), actor: "a")
            #expect(live.health() == .down)
        }
    }

    @Test func theStateGoesWithTheProcess() async throws {
        try await withCatalog { live in
            try await live.register(incarnation: 1)
            _ = try await live.catalog.report(InstanceKey(), Self.short, actor: "a")
            try await live.register(incarnation: 2)
            _ = try await live.catalog.report(InstanceKey(), Self.short, actor: "a")
            #expect(live.health() == .up, "the first report was of another process")
            _ = try await live.catalog.report(InstanceKey(), Self.short, actor: "a")
            #expect(live.health() == .down)
            try await live.register(incarnation: 3)
            #expect(live.health() == .up)
        }
    }

    @Test func whatAnEndpointSaysIsJudgedTheSame() async throws {
        try await withCatalog(settings: CatalogSettings(thresholds: ResourceThresholds(disk: 0.5))) { live in
            let number = try #require(try await live.register().instance?.instance.number)
            let details = HealthDetails(disk: 0.6)
            #expect(live.catalog.noteResources(details, of: InstanceKey(), number: number) == nil)
            let judgement = live.catalog.noteResources(details, of: InstanceKey(), number: number)
            #expect(judgement?.fault == .resource)
            #expect(judgement?.error == "It is short of resources: disk is at 60 %, above 50 %.")
            #expect(live.catalog.observation(of: InstanceKey())?.details == details)
            #expect(live.catalog.noteResources(details, of: InstanceKey(), number: number + 1) == nil)
            #expect(live.catalog.noteResources(HealthDetails(cpu: 45), of: InstanceKey(), number: number) == nil)
            #expect(live.catalog.observation(of: InstanceKey())?.details == details, "what breaks a limit is not kept")
        }
    }

    @Test func afterARestartItIsDownUntilReportsSayOtherwise() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in
            try await live.register()
            for _ in 0..<2 { _ = try await live.catalog.report(InstanceKey(), Self.short, actor: "a") }
        }
        try await withCatalog(store: store.reopened()) { live in
            #expect(live.health() == .down)
            _ = try await live.catalog.report(InstanceKey(), Self.well, actor: "a")
            #expect(live.health() == .down)
            _ = try await live.catalog.report(InstanceKey(), Self.well, actor: "a")
            #expect(live.health() == .up)
        }
    }
}
