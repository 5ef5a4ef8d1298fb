import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryHealth

@Suite("When probes are made, and which of them count")
struct ProbePlanTests {
    @Test func whoWaitsIsProbedSoonAndWhoWasWellWithinItsInterval() {
        var first: [Int64] = []
        var later: [Int64] = []
        for seed in 0..<200 as Range<UInt64> {
            var waiting = Plans(seed: seed)
            waiting.put(.sample())
            first.append(waiting.answer(1)[0] - 1_000_000)
            var well = Plans(seed: seed)
            well.put(.sample(faults: []))
            later.append(well.answer(1)[0] - 1_000_000)
        }
        #expect(first.allSatisfy { $0 <= 150 }, "a tick after 100 ms at most")
        #expect(later.allSatisfy { $0 <= 10_050 })
        #expect(Set(later.map { $0 / 1_000 }).count == 10, "in every second of the interval")
    }

    @Test func turnsComeEveryIntervalLessATenthAtMost() {
        var plans = Plans()
        plans.put(.sample())
        let begun = plans.answer(200)
        let gaps = zip(begun.dropFirst(2), begun.dropFirst()).map { $0 - $1 }
        #expect(gaps.allSatisfy { (8_950...10_050).contains($0) }, "\(gaps)")
        #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) > 500, "they vary")
        #expect((0...10_050).contains(begun[1] - begun[0]), "at any time within the interval")
    }

    @Test func theSameSeedPlansTheSame() {
        func run(_ seed: UInt64) -> [Int64] {
            var plans = Plans(seed: seed)
            for index in 1...20 as ClosedRange<Int64> { plans.put(.sample(index)) }
            return plans.answer(100)
        }
        #expect(run(7) == run(7))
        #expect(run(7) != run(8))
    }

    @Test func theTargetIsTheInstanceOrThePortOfTheCheck() {
        var plans = Plans()
        plans.put(.sample(checks: [.sample(timeout: .seconds(2)), .sample("db", kind: .tcp, port: 5432)]))
        plans.now += 150
        let jobs = plans.takeDue().sorted { $0.target.kind.rawValue < $1.target.kind.rawValue }
        #expect(jobs.map(\.target.host) == ["127.0.0.11", "127.0.0.11"])
        #expect(jobs.map(\.target.port) == [8080, 5432])
        #expect(jobs.map(\.target.kind) == [.http, .tcp])
        #expect(jobs.map(\.timeout) == [.seconds(2), .seconds(5)])
        #expect(jobs.map(\.key.id) == ["i1", "i1"])
    }

    @Test func aTurnThatComesWhileTheLastProbeRunsIsLeftOut() {
        var plans = Plans()
        plans.put(.sample())
        plans.answer(2)
        var job: [ProbePlan.Job] = []
        while job.isEmpty {
            plans.now += 50
            job = plans.takeDue()
        }
        for _ in 0..<700 {
            plans.now += 50
            #expect(plans.takeDue().isEmpty, "it is not made twice at once")
        }
        plans.finish(job[0], .passed)
        #expect(plans.plan.figures.skipped >= 2)
        #expect(plans.takeDue().isEmpty, "missed turns are not made up for")
        let next = plans.answer(1)[0]
        #expect(next - plans.now <= 10_050)
    }

    @Test func noMoreAreUnderWayThanAllowed() {
        var plans = Plans(maximumConcurrent: 3)
        for index in 1...10 as ClosedRange<Int64> { plans.put(.sample(index)) }
        plans.now += 150
        let jobs = plans.takeDue()
        #expect(jobs.count == 3)
        #expect(plans.takeDue().isEmpty)
        plans.finish(jobs[0], .passed)
        plans.finish(jobs[1], .refused)
        #expect(plans.takeDue().count == 2)
        #expect(plans.plan.figures.running == 3)
    }

    @Test func anInstanceIsNotProbedMoreOftenByChangingItAllTheTime() {
        var plans = Plans()
        var jobs: [ProbePlan.Job] = []
        for incarnation in 0..<50 as Range<Int64> {
            plans.put(.sample(incarnation: incarnation))
            plans.now += 150
            jobs += plans.takeDue()
        }
        #expect(jobs.count == 1, "the first hangs")
        let counts = plans.finish(jobs[0], .refused)
        #expect(!counts, "it is void, as the instance is another one now")
        #expect(plans.plan.reports(of: 1)[0].failures == 0)
        #expect(plans.plan.schedule.count < 130, "turns of checks that are gone do not pile up")
    }

    @Test func whatChangesAtAnInstanceDecidesWhatStaysKnown() {
        func known(after change: ProbedInstance) -> [HealthState] {
            var plans = Plans()
            plans.put(.sample(faults: [], checks: [.sample(), .sample("db", kind: .tcp)]))
            plans.answer(2)
            plans.put(change)
            return plans.plan.reports(of: 1).map(\.status)
        }
        let both: [HealthCheck] = [.sample(), .sample("db", kind: .tcp)]
        #expect(known(after: .sample(faults: .report, checks: both)) == [.up, .up])
        #expect(known(after: .sample(faults: [], checks: both.reversed())) == [.up, .up])
        #expect(known(after: .sample(checks: [both[0], .sample("db", kind: .tcp, port: 1)])) == [.up, .unknown])
        #expect(known(after: .sample(incarnation: 1, checks: both)) == [.unknown, .unknown])
        #expect(known(after: .sample(host: "127.0.0.12", checks: both)) == [.unknown, .unknown])
    }

    @Test func anInstanceThatIsGoneIsForgottenWithWhatIsUnderWay() {
        var plans = Plans()
        plans.put(.sample(faults: .unchecked))
        plans.now += 150
        let job = plans.takeDue()[0]
        plans.plan.remove(job.key)
        #expect(plans.plan.figures.instances == 0)
        let isCounted = plans.finish(job, .passed)
        #expect(!isCounted)
        #expect(plans.plan.figures.running == 0)
        #expect(!plans.plan.hasFindings)
        #expect(plans.plan.reports(of: 1).isEmpty)
        plans.now += 100_000
        #expect(plans.takeDue().isEmpty)
    }

    @Test func anInstanceThatCameBackUnderTheSameNameIsAnotherOne() {
        var plans = Plans()
        plans.put(.sample(1))
        plans.answer(1)
        let again = ProbedInstance.sample(2)
        plans.put(
            ProbedInstance(
                InstanceKey(service: again.key.service, id: "i1"),
                Sample.instance("i1", number: 2, health: Health(state: .unknown, cause: .register, since: Sample.time)),
                checks: [.sample()]))
        #expect(plans.plan.reports(of: 1).isEmpty)
        #expect(plans.plan.reports(of: 2).map(\.status) == [.unknown])
        #expect(plans.plan.figures.instances == 1)
        #expect(plans.plan.figures.checks == 1)
    }

    // MARK: Standstills

    @Test(arguments: [(1_000, true), (1_050, true), (1_051, false), (60_000, false)] as [(Int64, Bool)])
    func whatSpansAStandstillIsVoid(_ gap: Int64, _ counts: Bool) {
        var plans = Plans()
        plans.put(.sample(faults: [], checks: [.sample(failures: 1)]))
        var job: ProbePlan.Job?
        while job == nil {
            job = plans.takeDue().first
            if job == nil { plans.now += 50 }
        }
        // The process stands still; what was under way times out the moment it goes on, before anybody has looked at the clock.
        plans.now += gap
        guard let job else { return }
        let isCounted = plans.finish(job, ProbeOutcome(failure: .timedOut))
        #expect(isCounted == counts)
        #expect(plans.plan.hasFindings == counts)
        #expect(plans.plan.figures.void == (counts ? 0 : 1))
        let next = plans.answer(1)[0]
        #expect(next - plans.now <= 10_050, "it is probed again")
    }

    @Test func aStandstillThatTheTickNoticesVoidsWhatFinishesLater() {
        var plans = Plans()
        plans.put(.sample(faults: [], checks: [.sample(failures: 1)]))
        var jobs: [ProbePlan.Job] = []
        while jobs.isEmpty {
            jobs = plans.takeDue()
            plans.now += 50
        }
        plans.now += 5_000
        #expect(plans.takeDue().isEmpty)
        plans.now += 50
        let counts = plans.finish(jobs[0], ProbeOutcome(failure: .timedOut))
        #expect(!counts)
        #expect(!plans.plan.hasFindings)
    }

    @Test func theStartPeriodIsForWhatHasNeverBeenUp() {
        func state(_ faults: HealthFaults, _ status: InstanceStatus = .up) -> HealthState {
            var plans = Plans()
            plans.put(
                .sample(faults: faults, status: status, checks: [.sample(failures: 1, startPeriod: .minutes(5))]))
            plans.answer(2) { _ in .refused }
            return plans.plan.reports(of: 1)[0].status
        }
        #expect(state(.unchecked) == .unknown)
        #expect(state([], .starting) == .unknown)
        #expect(state([]) == .down, "it was UP before this process started")
        #expect(state(.probe) == .down)
    }

    @Test func whatFoundNoConnectionHereDoesNotCount() {
        var plans = Plans()
        plans.put(.sample(faults: [], checks: [.sample(failures: 1)]))
        plans.answer(5) { _ in .overloaded }
        #expect(plans.plan.figures.void == 5)
        #expect(!plans.plan.hasFindings)
        #expect(plans.plan.reports(of: 1).map(\.status) == [.unknown])
    }
}
