import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// Planted faults: what the checker is told here never happened, and it has to find it.
struct TargetCheckerTests {
    private let start = ContinuousClock.now
    private let key = InstanceKey(service: ServiceKey(name: "a"), id: "one")
    private let bound = NoticeBound(interval: .seconds(1), timeout: .seconds(1), failures: 3, margin: .seconds(2))

    private func check(
        _ state: TargetTruth.State, seen health: HealthState, after time: Duration, stall: Duration? = nil
    ) -> (violations: [String], excused: Int) {
        var checker = TargetChecker(bound: self.bound)
        var truth = TargetTruth()
        truth.become(state, [self.key], at: self.start)
        let asked = self.start + time
        checker.see(TargetSight(key: self.key, health: health, asked: asked, answered: asked + .milliseconds(5)), truth)
        // It is known only afterwards.
        if let stall { checker.stalls.add(stall, from: asked - .seconds(2), to: asked - .seconds(1)) }
        return checker.judge()
    }

    /// As docs/testing.md and ARCHITECTURE.md say it: failures × interval + timeout + 1 s.
    @Test func theBoundIsAsDocumented() {
        #expect(self.bound.documented == .seconds(3 * 1 + 1 + 1))
        let slow = NoticeBound(interval: .seconds(10), timeout: .seconds(2), failures: 5, margin: .seconds(2))
        #expect(slow.documented == .seconds(5 * 10 + 2 + 1))
        #expect(self.bound.down == self.bound.documented + .seconds(2))
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

    @Test func aStallElsewhereExcusesNothing() {
        var stalls = Stalls(shortest: .milliseconds(500))
        stalls.add(.seconds(1), from: self.start, to: self.start + .seconds(2))
        func isExcused(_ from: Int, _ to: Int) -> Bool {
            let accusation = Accusation(text: "", from: self.start + .seconds(from), to: self.start + .seconds(to))
            return stalls.excuse(accusation, reach: .seconds(7))
        }
        #expect(isExcused(9, 10) && isExcused(-1, 0))
        #expect(!isExcused(10, 11) && !isExcused(-2, -1))
    }

    /// DOWN for a moment, between two looks.
    @Test func aLossThatNobodySawIsHeldAgainstTheTruthOfItsTime() {
        func violations(lostAfter seconds: Int) -> Int {
            var checker = TargetChecker(bound: self.bound)
            var truth = TargetTruth()
            truth.become(.well, [self.key], at: self.start)
            truth.become(.changing, [self.key], at: self.start + .seconds(20))
            truth.become(.ill, [self.key], at: self.start + .seconds(21))
            truth.become(.well, [self.key], at: self.start + .seconds(40))
            checker.lost(self.key, at: self.start + .seconds(seconds), "was lost", truth)
            return checker.judge().violations.count
        }
        for seconds in [5, 19, 45] { #expect(violations(lostAfter: seconds) == 1, "\(seconds)") }
        for seconds in [-1, 4, 20, 30, 44] { #expect(violations(lostAfter: seconds) == 0, "\(seconds)") }
    }

    @Test func aWatchTellsEachThatLeftIt() {
        let view = WatchView()
        func change(_ ids: [String], removed: [String] = []) {
            let instances = ids.map { Sample.instance($0) }
            view.take(
                .init(
                    document: .change(
                        self.key.service, revision: .zero, changes: [], instances: instances, removed: removed)))
        }
        change(["one", "two"])
        change([], removed: ["one", "never there"])
        change(["one"])
        #expect(view.takeDepartures().map(\.key) == [self.key])
        #expect(view.takeDepartures().isEmpty)
        #expect(view.instances(of: self.key.service) == ["one", "two"])
    }

    @Test func aBeatThatIsMissedTooLongIsExcusedOnlyByTheMachine() {
        var beats = BeatingInstances(seed: 1, at: self.start)
        let key = BeatingInstances.registrations[0].key
        let asked = self.start + .seconds(7)
        beats.see(TargetSight(key: key, health: .up, asked: asked, answered: asked))
        var checker = TargetChecker(bound: self.bound)
        #expect(checker.judge(beats.accusations).violations.count == 1)
        checker.stalls.add(.seconds(2), from: asked - .seconds(3), to: asked)
        #expect(checker.judge(beats.accusations).violations.isEmpty)
    }

    @Test func anEmptyListIsNoticed() {
        var checker = TargetChecker(bound: self.bound)
        checker.see(available: [], of: self.key.service, hasBeenFull: false)
        checker.see(available: [self.key], of: self.key.service, hasBeenFull: true)
        #expect(checker.judge().violations.isEmpty)
        checker.see(available: [], of: self.key.service, hasBeenFull: true)
        #expect(checker.judge().violations.count == 1)
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
