import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryTraffic

@Suite("Warm-up")
struct WarmUpTests {
    @Test(
        "The share grows from a tenth to all",
        arguments: [
            (-5_000, 10), (0, 10), (1, 10), (1_000, 19), (5_000, 55), (9_000, 91), (9_999, 99), (10_000, 100),
            (1_000_000, 100),
        ])
    func ramp(_ age: Int64, _ share: Int) {
        #expect(WarmUp.share(after: .milliseconds(age), of: .seconds(10)) == share)
        #expect(WarmUp.share(after: .milliseconds(age), of: .zero) == 100)
    }

    @Test func itNeverFalls() {
        let shares = (0...10_500).map { WarmUp.share(after: .milliseconds($0), of: .seconds(10)) }
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(Set(shares) == Set(10...100))
    }

    @Test(
        "The instance's own time, else the default, from when it became UP",
        arguments: [
            (nil, TimeSpan.zero, 100), (nil, .seconds(10), 55), (.seconds(20), .zero, 32), (.zero, .seconds(10), 100),
        ] as [(TimeSpan?, TimeSpan, Int)])
    func whichSpan(_ own: TimeSpan?, _ general: TimeSpan, _ share: Int) {
        var spec = Sample.spec()
        spec.warmUp = own
        let now = Sample.time.advanced(by: .seconds(5))
        #expect(WarmUp(defaultSpan: general).share(of: Sample.instance(spec: spec), now: now) == share)
        let down = Sample.instance(spec: spec, health: Sample.health(.down))
        #expect(WarmUp(defaultSpan: general).share(of: down, now: now) == 100)
    }

    @Test("A warming instance is chosen as much less often", arguments: [100, 1] as [UInt16])
    func selection(_ weight: UInt16) {
        let instances = ["cold", "warm"].map { Sample.instance($0, spec: Sample.spec(weight: weight)) }
        let selector = InstanceSelector(generator: SeededGenerator(seed: 1))
        var chosen = [0, 0]
        for _ in 0..<1_100 {
            let (offset, explanation) = selector.select(
                by: .weight, among: 2, of: ServiceKey(name: "payments")
            ) { Candidate(instances[$0], share: $0 == 0 ? 10 : 100) }
            guard let offset else { continue }
            chosen[offset] += 1
            #expect(explanation.warming == 1)
            #expect(explanation.share == (offset == 0 ? 10 : 100))
        }
        #expect(chosen == [100, 1_000])
    }

    @Test func theExplanationSaysSo() {
        let selector = InstanceSelector(generator: SeededGenerator(seed: 1))
        func text(_ shares: [Int]) -> String {
            selector.select(by: .roundRobin, among: shares.count, of: ServiceKey(name: "\(shares)")) {
                Candidate(Sample.instance("i\($0)"), share: shares[$0])
            }.explanation.text
        }
        #expect(!text([100, 100]).contains("warm"))
        #expect(text([37]).hasSuffix("1 of them warms up; the chosen one counts with 37 % of its weight."))
        #expect(text([50, 50]).hasSuffix("2 of them warm up; the chosen one counts with 50 % of its weight."))
    }
}
