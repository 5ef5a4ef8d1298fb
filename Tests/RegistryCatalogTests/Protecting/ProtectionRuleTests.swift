import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

struct ProtectionRuleTests {
    private static let rule = ProtectionRule(settings: CatalogSettings())

    private static func tally(well: Int, fallen: Int = 0, suspect: Int = 0) -> ProtectionTally {
        var tally = ProtectionTally()
        for _ in 0..<well { tally.add(Sample.instance()) }
        for _ in 0..<fallen { tally.add(self.instance([.silence])) }
        for _ in 0..<suspect { tally.add(self.instance([.silence], isSuspect: true)) }
        return tally
    }

    private static func instance(
        _ faults: HealthFaults, isSuspect: Bool = false, status: InstanceStatus = .up, cause: Cause = .expire
    ) -> Instance {
        var instance = Sample.instance(spec: Sample.spec(status: status, ttl: .after(.seconds(10))))
        instance.health = Health(
            state: faults.state, cause: cause, since: Sample.time, faults: faults, isSuspect: isSuspect)
        return instance
    }

    private static func step(
        _ tally: ProtectionTally, _ phase: ProtectionRule.Phase, recent: Int, isWide: Bool = false,
        mayBegin: Bool = true, rule: ProtectionRule = rule
    ) -> ProtectionRule.Step {
        rule.step(tally, in: phase, isWide: isWide, mayBegin: mayBegin) { recent }
    }

    /// Every service of up to 12 instances, with every number that fell lately and earlier: it begins just when at least three fell, and more
    /// than half of those that were well.
    @Test func itBeginsWithThreeAndMoreThanHalf() {
        for well in 0...12 {
            for recent in 0...(12 - well) {
                for earlier in 0...(12 - well - recent) {
                    let step = Self.step(Self.tally(well: well, fallen: recent + earlier), .calm, recent: recent)
                    let begins = recent >= 3 && 2 * recent > recent + well
                    #expect(step == (begins ? .begin : .none), "well \(well), recent \(recent), earlier \(earlier)")
                }
            }
        }
    }

    @Test func aServiceOfOneOrTwoIsNeverProtected() {
        for count in 1...2 {
            #expect(Self.step(Self.tally(well: 0, fallen: count), .calm, recent: count) == .none)
            #expect(Self.step(Self.tally(well: 0, suspect: count), .active, recent: 0) == .end)
        }
    }

    /// Every service of up to 12: it goes on while more are affected than well.
    @Test func itEndsWhenHalfAreWell() {
        for well in 0...12 {
            for suspect in 0...(12 - well) {
                let step = Self.step(Self.tally(well: well, suspect: suspect), .active, recent: 0)
                let goesOn = suspect > well && suspect + well >= 3
                #expect(step == (goesOn ? .none : .end), "well \(well), suspect \(suspect)")
            }
        }
    }

    @Test func nothingBeginsUnlessSomethingFell() {
        #expect(Self.step(Self.tally(well: 1, fallen: 9), .calm, recent: 9, mayBegin: false) == .none)
    }

    /// Flags that are still to be given count, those that fell long before do not.
    @Test func whatIsStillToBeFlaggedCounts() {
        let tally = Self.tally(well: 5, fallen: 4, suspect: 3)
        #expect(Self.step(tally, .active, recent: 4) == .none)
        #expect(Self.step(tally, .active, recent: 1) == .end)
    }

    @Test func aLiftHoldsUntilHalfAreWell() {
        #expect(Self.step(Self.tally(well: 4, fallen: 6), .lifted, recent: 6) == .none)
        #expect(Self.step(Self.tally(well: 4, fallen: 6), .lifted, recent: 6, isWide: true) == .none)
        #expect(Self.step(Self.tally(well: 5, fallen: 5), .lifted, recent: 0) == .forget)
        #expect(Self.step(Self.tally(well: 0), .lifted, recent: 0) == .forget)
    }

    @Test func inDoubtAboutEverythingOneIsEnough() {
        #expect(Self.step(Self.tally(well: 0, fallen: 1), .calm, recent: 1, isWide: true) == .begin)
        #expect(Self.step(Self.tally(well: 9, fallen: 1), .calm, recent: 0, isWide: true) == .none)
        #expect(Self.step(Self.tally(well: 9, suspect: 1), .active, recent: 0, isWide: true) == .none)
        #expect(Self.step(Self.tally(well: 9), .active, recent: 0, isWide: true) == .end)
    }

    @Test func switchedOffItEndsWhatThereIs() {
        let rule = ProtectionRule(settings: CatalogSettings(protects: false))
        #expect(Self.step(Self.tally(well: 1, fallen: 9), .calm, recent: 9, rule: rule) == .none)
        #expect(Self.step(Self.tally(well: 1, suspect: 9), .active, recent: 9, isWide: true, rule: rule) == .end)
        #expect(Self.step(Self.tally(well: 1, fallen: 9), .lifted, recent: 9, rule: rule) == .end)
    }

    // MARK: Standing

    @Test func whatCounts() {
        #expect(Sample.instance().standing == .well)
        let doubtful: [HealthFaults] = [.silence, .probe, [.silence, .probe]]
        for faults in doubtful {
            #expect(Self.instance(faults).standing == .fallen)
            #expect(Self.instance(faults, isSuspect: true).standing == .suspect)
        }
        let heard: [HealthFaults] = [
            .report, .resource, [.silence, .report], [.probe, .resource], .unchecked, [.probe, .unchecked],
        ]
        for faults in heard { #expect(Self.instance(faults).standing == .aside) }
        for status in InstanceStatus.allCases where status != .up {
            #expect(Self.instance([], status: status).standing == .aside)
            #expect(Self.instance([.silence], status: status).standing == .aside)
        }
    }

    @Test func aTallyTakesBackWhatItAdded() {
        var tally = Self.tally(well: 2, fallen: 3, suspect: 4)
        #expect(tally.flagged == 4)
        for _ in 0..<3 { tally.remove(Self.instance([.silence])) }
        #expect(tally == Self.tally(well: 2, suspect: 4))
    }

    // MARK: Window

    @Test func itIsRecentWithinItsTTLWhicheverWayTheClockIsSet() {
        let instance = Self.instance([.silence])
        for (seconds, isRecent) in [(0, true), (10, true), (11, false), (-10, true), (-11, false)] as [(Int64, Bool)] {
            #expect(Self.rule.isRecent(instance, at: Sample.time.advanced(by: .seconds(seconds))) == isRecent)
        }
        #expect(!Self.rule.isRecent(Self.instance([.silence], cause: .endProtection), at: Sample.time))
        #expect(!Self.rule.isRecent(Self.instance([.silence], isSuspect: true), at: Sample.time))
        #expect(!Self.rule.isRecent(Sample.instance(), at: Sample.time))
    }

    @Test func theWindowIsWhatItTakesToFail() {
        var spec = Sample.spec(ttl: .after(.seconds(5)))
        #expect(Self.rule.window(of: spec) == .seconds(5))
        spec.ttl = nil
        #expect(Self.rule.window(of: spec) == .seconds(30))
        var check = HealthCheck(name: "web", kind: .http, interval: .seconds(20))
        check.probe.failuresBeforeDown = 4
        spec.checks = [check, HealthCheck(name: "port", kind: .tcp, interval: .seconds(1))]
        #expect(Self.rule.window(of: spec) == .seconds(85))
        spec.checks = [HealthCheck(name: "port", kind: .tcp, interval: .seconds(1))]
        #expect(Self.rule.window(of: spec) == .seconds(30))
        spec.checks = [HealthCheck(name: "port", kind: .tcp)]
        #expect(Self.rule.window(of: spec) == .seconds(35))
    }
}
