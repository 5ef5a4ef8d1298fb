import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Every reason there is, each from a state and a query that make it true.
struct ExplainerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var code: InstanceExplanation.Code
        var stage: InstanceExplanation.Stage
        var filter = InstanceFilter.available
        var isListed = false
        var isSelectable = false
        /// A part of the sentence.
        var says: String
        var isNote = false
        var others: [Instance] = []
        var sharers: [InstanceKey] = []
        var share = 100
        var instance: Instance

        var testDescription: String { "\(self.code.rawValue) at \(self.stage.rawValue)" }
    }

    private static let since = Sample.time

    private static func down(_ fault: HealthFaults, _ cause: Cause, _ error: String) -> Health {
        Health(state: .down, cause: cause, since: since, error: error, faults: fault)
    }

    private static func instance(
        _ id: String = "a", health: Health = Sample.health(), override: Override? = nil, ofService: Override? = nil,
        _ change: (inout InstanceSpec) -> Void = { _ in }
    ) -> Instance {
        var spec = Sample.spec(tags: ["blue"], metadata: ["team": "a"], zone: "eu-1")
        change(&spec)
        var instance = Sample.instance(id, spec: spec, health: health)
        instance.apply(AppliedOverrides(instance: override, service: ofService))
        return instance
    }

    private static let suspect: Health = {
        var health = Self.down(.silence, .expire, "No heartbeat for 10s.")
        health.isSuspect = true
        return health
    }()

    static let listed: [Row] = [
        Row(
            code: .available, stage: .strategy, isListed: true, isSelectable: true, says: "UP", instance: instance()),
        Row(
            code: .suspect, stage: .strategy, isListed: true, isSelectable: true,
            says: "doubts it: No heartbeat for 10s",
            instance: instance(health: suspect)),
        Row(
            code: .wanted, stage: .health, filter: .everything, isListed: true, says: "health DOWN, No heartbeat",
            instance: instance(health: down(.silence, .expire, "No heartbeat for 10s."))),
        Row(
            code: .wanted, stage: .status, filter: InstanceFilter(status: .draining), isListed: true,
            says: "status DRAINING", instance: instance { $0.status = .draining }),
    ]

    static let filtered: [Row] = [
        Row(
            code: .tagMissing, stage: .filter, filter: InstanceFilter(tags: ["green"]),
            says: "asks for tag \"green\"; it has \"blue\"", instance: instance()),
        Row(
            code: .versionDiffers, stage: .filter, filter: InstanceFilter(version: .exact("2.0.0")),
            says: "version \"2.0.0\"; it has \"1.4.0\"", instance: instance()),
        Row(
            code: .zoneDiffers, stage: .filter, filter: InstanceFilter(zone: "eu-2"),
            says: "zone \"eu-2\"; it has \"eu-1\"", instance: instance()),
        Row(
            code: .regionDiffers, stage: .filter, filter: InstanceFilter(region: "eu"),
            says: "region \"eu\"; it has none", instance: instance()),
        Row(
            code: .protocolDiffers, stage: .filter, filter: InstanceFilter(protocol: "grpc"),
            says: "protocol \"grpc\"; it has \"http\"", instance: instance()),
        Row(
            code: .metadataDiffers, stage: .filter, filter: InstanceFilter(metadata: ["team": "b"]),
            says: "metadata.team \"b\"; it has \"a\"", instance: instance()),
        Row(
            code: .healthNotWanted, stage: .health, filter: InstanceFilter(health: .state(.down)),
            says: "asks for health DOWN; it is UP", instance: instance()),
        Row(
            code: .statusNotWanted, stage: .status, filter: InstanceFilter(status: .draining),
            says: "asks for status DRAINING; it is UP", instance: instance()),
    ]

    static let unwell: [Row] = [
        Row(
            code: .heartbeatMissed, stage: .health, says: "No heartbeat for 10s. DOWN since 2026-03-01",
            instance: instance(health: down(.silence, .expire, "No heartbeat for 10s."))),
        Row(
            code: .reportedDown, stage: .health, says: "Its owner reports it DOWN.",
            instance: instance(health: down(.report, .report, "Its owner reports it DOWN."))),
        Row(
            code: .checkFailing, stage: .health, says: "web: HTTP 503",
            instance: instance(health: down(.probe, .probe, "web: HTTP 503."))),
        Row(
            code: .resourceShort, stage: .health, says: "cpu is 0.97",
            instance: instance(health: down(.resource, .resource, "cpu is 0.97."))),
        Row(
            code: .resourceShort, stage: .health, says: "above the thresholds", isNote: true,
            instance: instance(health: down([.resource, .probe], .probe, "web: HTTP 503."))),
        Row(
            code: .notChecked, stage: .health, says: "None of its checks has passed yet",
            instance: instance(health: Sample.health(.unknown))),
    ]

    static let withheld: [Row] = [
        Row(
            code: .overrideStatus, stage: .health, says: "OUT_OF_SERVICE", isNote: true,
            instance: instance(health: down(.probe, .probe, "web: HTTP 503."), override: Sample.override())),
        Row(
            code: .overrideStatus, stage: .override, says: "has put it to OUT_OF_SERVICE: canary",
            instance: instance(override: Sample.override(reason: "canary"))),
        Row(
            code: .overrideStatus, stage: .override, says: "has put the whole service to OUT_OF_SERVICE",
            instance: instance(ofService: Sample.override())),
        Row(
            code: .overrideStatus, stage: .strategy, isListed: true, isSelectable: true,
            says: "to UP. Its owner says DRAINING", isNote: true,
            instance: instance(override: Sample.override(status: .up)) { $0.status = .draining }),
        Row(
            code: .starting, stage: .status, says: "neither have its checks passed",
            instance: instance { $0.status = .starting }),
        Row(code: .draining, stage: .status, says: "about to stop", instance: instance { $0.status = .draining }),
        Row(
            code: .outOfService, stage: .status, says: "Its owner has taken it",
            instance: instance { $0.status = .outOfService }),
    ]

    static let notes: [Row] = [
        Row(
            code: .overrideWeight, stage: .strategy, isListed: true, isSelectable: true,
            says: "set its weight to 5; its owner says 100", isNote: true,
            instance: instance(override: Sample.override(status: nil, weight: 5))),
        Row(
            code: .weightZero, stage: .weight, isListed: true, says: "another instance has a weight", isNote: true,
            others: [instance("b")], instance: instance { $0.weight = 0 }),
        Row(
            code: .suspectSpared, stage: .health, isListed: true, says: "half of the instances or more are UP",
            isNote: true, others: [instance("b"), instance("c")], instance: instance(health: suspect)),
        Row(
            code: .warmingUp, stage: .strategy, isListed: true, isSelectable: true, says: "counts it with 40 %",
            isNote: true, share: 40, instance: instance()),
        Row(
            code: .addressShared, stage: .strategy, isListed: true, isSelectable: true,
            says: "127.0.0.11:8080 is also the address of default/orders/b", isNote: true,
            sharers: [InstanceKey(service: ServiceKey(name: "orders"), id: "b")], instance: instance()),
    ]

    static let rows = Self.listed + Self.filtered + Self.unwell + Self.withheld + Self.notes

    @Test(arguments: Self.rows)
    func reasons(_ row: Row) throws {
        let records = ([row.instance] + row.others).map { InstanceRecord(instance: $0, lease: nil) }
        let explainer = Explainer(row.filter, among: records)
        let explanation = explainer.explain(row.instance, sharers: row.sharers, share: row.share)
        #expect(explanation.isListed == row.isListed)
        #expect(explanation.isSelectable == row.isSelectable)
        #expect(explanation.stage == row.stage)
        let reasons = row.isNote ? explanation.notes : [explanation.reason]
        let reason = try #require(reasons.first { $0.code == row.code })
        #expect(reason.text.contains(row.says), "\(reason.text)")
        #expect(reason.text.hasSuffix("."), "\(reason.text)")
    }

    @Test func everyReasonIsInTheTable() {
        #expect(Set(Self.rows.map(\.code)) == Set(InstanceExplanation.Code.allCases))
    }

    /// What is said to be listed is what discover lists, for every instance of the table under every query of it.
    @Test func itAgreesWithTheFilter() {
        for row in Self.rows {
            let records = [InstanceRecord(instance: row.instance, lease: nil)]
            for filter in Self.rows.map(\.filter) {
                let explanation = Explainer(filter, among: records).explain(row.instance)
                #expect(explanation.isListed == filter.matches(row.instance), "\(row.testDescription), \(filter)")
            }
        }
    }
}
