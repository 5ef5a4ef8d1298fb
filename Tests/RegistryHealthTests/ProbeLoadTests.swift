import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryHealth

/// What happens when there are as many probed instances as one node is to carry. One after another: they compute, and others wait for
/// real time beside them.
@Suite("20,000 probed instances", .serialized)
struct ProbeLoadTests {
    private static let count: Int64 = 20_000
    private static let places = 1_000

    /// Probes under way, and when each ends.
    private struct Targets {
        var plans: Plans
        var running = DueHeap<(job: ProbePlan.Job, outcome: ProbeOutcome)>()
        var begun: [Int64: Int64] = [:]
        var longestGap: Int64 = 0
        var mostAtOnce = 0

        init(seed: UInt64, faults: HealthFaults) {
            self.plans = Plans(maximumConcurrent: ProbeLoadTests.places, seed: seed)
            for index in 1...ProbeLoadTests.count { self.plans.put(.sample(index, faults: faults)) }
        }

        /// - Parameter answer: how long a target takes, in milliseconds; nil: it hangs.
        mutating func run(for span: TimeSpan, answer: (_ number: Int64) -> Int64?) {
            let end = self.plans.now + span.milliseconds
            while self.plans.now < end {
                while let next = self.running.takeDue(now: self.plans.now) {
                    self.plans.finish(next.element.job, next.element.outcome)
                }
                for job in self.plans.takeDue() {
                    let now = self.plans.now
                    self.longestGap = max(self.longestGap, now - (self.begun[job.number] ?? now))
                    self.begun[job.number] = now
                    if let span = answer(job.number), span < job.timeout.milliseconds {
                        self.running.add((job, .passed), due: now + span)
                    } else {
                        let late = ProbeOutcome(failure: .timedOut, detail: "no answer")
                        self.running.add((job, late), due: now + job.timeout.milliseconds)
                    }
                }
                self.mostAtOnce = max(self.mostAtOnce, self.running.count)
                self.plans.now += ProbeSettings.tick.milliseconds
            }
        }

        func states() -> [HealthState: Int] {
            (1...ProbeLoadTests.count).reduce(into: [:]) { counts, number in
                counts[self.plans.plan.reports(of: number)[0].status, default: 0] += 1
            }
        }
    }

    @Test func thatAnswerAreProbedInTimeAndEvenly() {
        var targets = Targets(seed: 3, faults: .unchecked)
        targets.run(for: .seconds(2)) { _ in 5 }
        #expect(targets.states() == [.up: 20_000], "all that register together are known within two seconds")
        targets.run(for: .seconds(15)) { number in number % 100 }
        var perSecond: [Int] = []
        for _ in 0..<5 {
            let start = targets.plans.plan.figures.done
            targets.run(for: .seconds(1)) { number in number % 100 }
            perSecond.append(targets.plans.plan.figures.done - start)
        }
        let isEven = perSecond.allSatisfy { (1_800...2_600).contains($0) }
        #expect(isEven, "\(perSecond)")
        #expect(targets.plans.plan.figures.latestStart <= 2_000)
        #expect(targets.longestGap <= 12_000)
        #expect(targets.mostAtOnce <= Self.places)
        #expect(targets.plans.plan.figures.skipped == 0)
    }

    @Test("All hang at once: none is probed later than its interval, and all are found DOWN")
    func allHang() {
        var targets = Targets(seed: 4, faults: [])
        targets.run(for: .seconds(11)) { _ in 5 }
        #expect(targets.states() == [.up: 20_000])
        targets.run(for: .seconds(45)) { _ in nil }
        #expect(targets.states() == [.down: 20_000])
        #expect(targets.plans.plan.figures.latestStart <= 10_000)
        #expect(targets.mostAtOnce == Self.places)
        targets.run(for: .seconds(16)) { _ in 5 }
        #expect(targets.states() == [.up: 20_000], "and UP again")
    }

    @Test("Half of them hang: the others stay UP and in time")
    func halfHang() {
        var targets = Targets(seed: 5, faults: [])
        targets.run(for: .seconds(11)) { _ in 5 }
        targets.run(for: .seconds(50)) { number in number % 2 == 0 ? 5 : nil }
        #expect(targets.states() == [.up: 10_000, .down: 10_000])
        #expect(targets.plans.plan.figures.latestStart <= 10_000)
    }

    @Test("Most of them hang: those that are slow and healthy stay UP")
    func slowOnesAreNotCutShort() {
        var targets = Targets(seed: 6, faults: [])
        // A tenth of them takes longer than the 500 ms that make all fit.
        func answer(_ number: Int64) -> Int64 { number % 10 == 0 ? 700 : 5 }
        targets.run(for: .seconds(22), answer: answer)
        #expect(targets.states() == [.up: 20_000])
        targets.run(for: .seconds(120)) { number in number % 10 < 2 ? answer(number) : nil }
        #expect(targets.states() == [.up: 4_000, .down: 16_000])
        #expect(targets.plans.plan.figures.latestStart <= 10_000)
    }

    @Test("While there are places for all, every probe has its whole timeout, however late it is")
    func timeoutsAreWholeWhileAllFit() {
        var plans = Plans(maximumConcurrent: 10)
        for index in 1...20 as ClosedRange<Int64> { plans.put(.sample(index)) }
        plans.now += 150
        let jobs = plans.takeDue()
        plans.now += 1_000
        plans.now += 4_000
        for job in jobs { plans.finish(job, .passed) }
        #expect(plans.takeDue().allSatisfy { $0.timeout == .seconds(5) })
    }
}
