import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryHealth

@Suite("What an instance's checks come to, and what of it is to be committed")
struct InstanceChecksTests {
    private static let two: [HealthCheck] = [.sample("web", failures: 1), .sample("db", kind: .tcp, failures: 1)]

    private static func outcome(_ state: HealthState) -> ProbeOutcome? {
        switch state {
        case .up: .passed
        case .down: .refused
        case .unknown: nil
        }
    }

    /// Committed with nothing against it, whose two checks are in these states.
    private static func plan(_ web: HealthState, _ db: HealthState, faults: HealthFaults = []) -> Plans {
        var plans = Plans()
        plans.put(.sample(faults: faults, checks: Self.two))
        let wanted = ["web": web, "db": db]
        while plans.plan.figures.done < 2 {
            for job in plans.takeDue() {
                let name = job.target.kind == .http ? "web" : "db"
                plans.finish(job, Self.outcome(wanted[name] ?? .unknown) ?? .overloaded)
            }
            plans.now += 50
        }
        return plans
    }

    @Test("The worst counts", arguments: HealthState.allCases, HealthState.allCases)
    func theWorstCounts(_ web: HealthState, _ db: HealthState) {
        let plans = Self.plan(web, db)
        let verdict = plans.plan.instances[1]?.verdict
        if web == .down || db == .down {
            #expect(verdict == .failing(name: web == .down ? "web" : "db", detail: "connection refused"))
        } else {
            #expect(verdict == (web == .up && db == .up ? .passing : .open))
        }
        #expect(plans.plan.reports(of: 1).map(\.status) == [web, db])
        #expect(plans.plan.reports(of: 1).map(\.name) == ["web", "db"])
        #expect(plans.plan.reports(of: 1).map(\.kind) == [.http, .tcp])
    }

    @Test(
        "What is committed is held against what the checks say",
        arguments: [[], .unchecked, .probe, [.probe, .unchecked], [.silence], [.probe, .report]] as [HealthFaults])
    func findings(_ faults: HealthFaults) {
        let isMarked = faults.contains(.probe)
        let hasLeft = !faults.isDisjoint(with: [.probe, .unchecked])
        var passing = Self.plan(.up, .up, faults: faults)
        #expect((passing.takeFinding() != nil) == hasLeft)
        var failing = Self.plan(.up, .down, faults: faults)
        let finding = failing.takeFinding()
        #expect((finding != nil) == !isMarked)
        #expect(finding.map(\.error) ?? "Check db fails: connection refused" == "Check db fails: connection refused")
        var open = Self.plan(.up, .unknown, faults: faults)
        #expect(open.takeFinding() == nil)
    }

    @Test func aFindingIsGivenOnceUntilItIsSettled() {
        var plans = Self.plan(.up, .up, faults: .unchecked)
        let finding = plans.takeFinding()
        #expect(finding?.error == nil)
        #expect(finding?.detail == "2 checks passed")
        #expect(plans.takeFinding() == nil)
        plans.answer(4)
        #expect(plans.takeFinding() == nil, "it is on its way")
        guard let finding else { return }
        plans.plan.settle(finding)
        #expect(plans.takeFinding() == finding, "it was not committed")
        plans.put(.sample(faults: [], checks: Self.two))
        plans.plan.settle(finding)
        #expect(plans.takeFinding() == nil, "it was")
    }

    @Test func whatIsNotProbedAnyMoreLosesWhatIsLeft() {
        var plans = Self.plan(.up, .down, faults: .probe)
        plans.put(.sample(faults: [.probe, .silence], checks: []))
        let finding = plans.takeFinding()
        #expect(finding?.error == nil)
        #expect(finding?.detail == "no check is made of it any more")
        #expect(plans.plan.figures.checks == 0)
        plans.put(.sample(faults: .silence, checks: []))
        #expect(plans.plan.instances.isEmpty)
    }

    @Test func startingEndsWhenTheChecksPassThatWereMadeSince() {
        var plans = Plans()
        plans.put(.sample(faults: []))
        plans.answer(1)
        #expect(plans.takeFinding() == nil)
        plans.put(.sample(faults: [], status: .starting))
        #expect(plans.plan.reports(of: 1).map(\.status) == [.unknown], "what was seen before does not count")
        #expect(plans.takeFinding() == nil)
        plans.answer(1)
        #expect(plans.takeFinding()?.error == nil)
        var unprobed = Plans()
        unprobed.put(.sample(faults: [], status: .starting, checks: []))
        #expect(unprobed.takeFinding() == nil, "its owner says when")
    }

    @Test func aLongDetailIsCutToWhatARecordHasRoomFor() {
        var plans = Plans()
        plans.put(.sample(faults: [], checks: [.sample(failures: 1)]))
        plans.answer(1) { _ in ProbeOutcome(failure: .rejected, detail: String(repeating: "é", count: 2_000)) }
        let finding = plans.takeFinding()
        #expect((finding?.error?.utf8.count ?? 9_999) <= Limits.errorBytes.upperBound)
        #expect(finding?.error?.hasPrefix("Check web fails: ééé") == true)
    }
}
