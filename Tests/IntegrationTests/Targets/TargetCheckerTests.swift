import RollcallClient
import Testing

/// Planted faults: what the checker is told here never happened, and it has to find it.
struct TargetCheckerTests {
    private let start = ContinuousClock.now
    private let key = InstanceKey(service: ServiceKey(name: "a"), id: "one")
    private let bound = NoticeBound(interval: .seconds(1), timeout: .seconds(1), failures: 3, margin: .seconds(2))

    private func check(
        _ state: TargetTruth.State, seen health: HealthState, after time: Duration, stall: Duration? = nil
    ) -> TargetChecker {
        var checker = TargetChecker(bound: self.bound)
        var truth = TargetTruth()
        truth.become(state, [self.key], at: self.start)
        let asked = self.start + time
        if let stall { checker.stalled(for: stall, at: asked - .seconds(2)) }
        checker.see(TargetSight(key: self.key, health: health, asked: asked, answered: asked + .milliseconds(5)), truth)
        return checker
    }

    @Test func theBoundIsAsDocumented() {
        #expect(self.bound.down == .seconds(7))
        #expect(self.bound.up == .seconds(5))
    }

    @Test(arguments: [HealthState.down, .unknown])
    func aHealthyTargetThatIsDownIsNoticed(health: HealthState) {
        #expect(self.check(.well, seen: health, after: .seconds(5)).violations.count == 1)
        #expect(self.check(.well, seen: health, after: .milliseconds(4_999)).violations.isEmpty)
        #expect(self.check(.well, seen: .up, after: .seconds(60)).violations.isEmpty)
    }

    @Test func aDeadTargetThatStaysUpIsNoticed() {
        #expect(self.check(.ill, seen: .up, after: .seconds(7)).violations.count == 1)
        #expect(self.check(.ill, seen: .up, after: .milliseconds(6_999)).violations.isEmpty)
        #expect(self.check(.ill, seen: .down, after: .seconds(60)).violations.isEmpty)
    }

    @Test func nothingIsClaimedOfWhatIsChanging() {
        for health in [HealthState.up, .down, .unknown] {
            #expect(self.check(.changing, seen: health, after: .seconds(60)).violations.isEmpty)
        }
    }

    @Test func onlyAMachineThatStoodStillExcuses() {
        let stalled = self.check(.well, seen: .down, after: .seconds(30), stall: .milliseconds(500))
        #expect(stalled.violations.isEmpty && stalled.excused == 1)
        #expect(self.check(.well, seen: .down, after: .seconds(30), stall: .milliseconds(499)).violations.count == 1)
    }

    @Test func anEmptyListIsNoticed() {
        var checker = TargetChecker(bound: self.bound)
        checker.see(available: [], of: self.key.service, hasBeenFull: false)
        checker.see(available: [self.key], of: self.key.service, hasBeenFull: true)
        #expect(checker.violations.isEmpty)
        checker.see(available: [], of: self.key.service, hasBeenFull: true)
        #expect(checker.violations.count == 1)
    }

    /// Fewer than half of a service are ill, whatever the seed.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func thePlanLeavesMostTargetsWell(seed: UInt64) {
        var plan = TargetPlan(processes: TargetFleet.layout.map { ($0.kind, $0.services) }, seed: seed)
        var done: [TargetAction: Int] = [:]
        for now in stride(from: 0, to: 120_000, by: 150) {
            for (process, action) in plan.next(at: now) {
                done[action, default: 0] += 1
                #expect(action != .freeze && action != .sicken || plan.processes[process].kind != .tcp)
            }
            var ill: [Int: Int] = [:]
            for process in plan.processes where process.revivesAt != nil {
                for service in process.services { ill[service, default: 0] += 1 }
            }
            #expect(ill.values.allSatisfy { $0 <= 4 })
        }
        #expect(TargetAction.allCases.allSatisfy { done[$0, default: 0] > 20 }, "\(done)")
        #expect(plan.reviveAll().count > 0)
        #expect(plan.reviveAll().isEmpty)
    }
}
