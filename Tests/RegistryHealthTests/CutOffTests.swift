import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryHealth

@Suite("Probes of a node that is cut off from the others")
struct CutOffTests {
    /// A probe that fails, with when the node was cut off: at the times 0 (it begins) to 3 (it ends), 4 (all is over).
    @Test(
        arguments: [
            ([], true), ([4], true), ([0], false), ([1], false), ([2], false), ([3], false), ([0, 1, 2, 3], false),
            ([1, 2, 3, 4], false),
        ] as [([Int], Bool)])
    func whatSpansItIsVoid(cutOff: [Int], counts: Bool) {
        var plans = Plans()
        plans.put(.sample(faults: [], checks: [.sample(failures: 1)]))
        var job: ProbePlan.Job?
        while job == nil {
            plans.now += 50
            job = plans.plan.takeDue(now: plans.now, isCutOff: cutOff.contains(0)).first
        }
        guard let job else { return }
        for time in 1...2 {
            plans.now += 50
            _ = plans.plan.takeDue(now: plans.now, isCutOff: cutOff.contains(time))
        }
        let isCounted = plans.plan.finish(
            job, .refused, now: plans.now, time: plans.time, isCutOff: cutOff.contains(3))
        #expect(isCounted == counts)
        #expect(plans.plan.hasFindings == counts)
        #expect(plans.plan.figures.void == (counts ? 0 : 1))
        plans.now += 50
        _ = plans.plan.takeDue(now: plans.now, isCutOff: cutOff.contains(4))
        #expect(plans.plan.hasFindings == counts)
    }

    @Test("What begins when it is over counts again")
    func afterwards() {
        var plans = Plans()
        plans.put(.sample(faults: [], checks: [.sample(failures: 1)]))
        for _ in 0..<1_000 {
            plans.now += 50
            for job in plans.plan.takeDue(now: plans.now, isCutOff: true) {
                plans.plan.finish(job, .refused, now: plans.now, time: plans.time, isCutOff: true)
            }
        }
        #expect(plans.plan.figures.done > 3)
        #expect(!plans.plan.hasFindings)
        plans.answer(1) { _ in .refused }
        #expect(plans.plan.hasFindings)
    }

    @Test(
        "What is handed on and comes back begins anew, spread over its interval, and says nothing before it is probed")
    func handedOn() {
        var first: [Int64] = []
        for seed in 0..<100 as Range<UInt64> {
            var plans = Plans(seed: seed)
            plans.put(.sample(faults: [], checks: [.sample(failures: 2)]))
            plans.answer(3) { _ in .refused }
            #expect(plans.plan.hasFindings)
            plans.plan.remove(InstanceKey(service: ServiceKey(name: "payments"), id: "i1"))
            #expect(!plans.plan.hasFindings)
            let back = plans.now
            plans.put(.sample(faults: [], checks: [.sample(failures: 2)]))
            #expect(plans.plan.reports(of: 1).map(\.status) == [.unknown])
            first.append(plans.answer(1)[0] - back)
        }
        #expect(first.allSatisfy { $0 <= 10_050 })
        #expect(Set(first.map { $0 / 1_000 }).count >= 8, "\(first)")
    }
}
