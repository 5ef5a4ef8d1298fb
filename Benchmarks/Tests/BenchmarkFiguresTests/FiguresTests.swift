import BenchmarkFigures
import Testing

struct FiguresTests {
    @Test func theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
        #expect([Double]().median == nil)
        #expect([3.0].median == 3)
        #expect([9.0, 1, 5].median == 5)
        #expect([8.0, 1, 4, 2].median == 3)
    }

    @Test func theWorstLatencyOfAllRoundsStaysVisible() {
        let rounds = [
            Latency(p50: 1, p99: 9, max: 10), Latency(p50: 3, p99: 5, max: 400), Latency(p50: 2, p99: 7, max: 8),
        ]
        #expect(rounds.median == Latency(p50: 2, p99: 7, max: 400))
        #expect([Latency]().median == nil)
    }

    @Test func aRatioIsOfMedians() {
        let ours = Measurement(
            subject: "ours", work: "", unit: "requests", rounds: [30, 10, 20].map { .init(rate: $0) })
        let peer = Measurement(
            subject: "peer", work: "", unit: "requests", rounds: [40, 41, 400].map { .init(rate: $0) })
        #expect(ours.ratio(to: peer) == 20.0 / 41)
        #expect(ours.ratio(to: Measurement(subject: "none", work: "", unit: "requests")) == nil)
    }

    @Test(arguments: [
        (0.95, Verdict.reachesAim), (0.9, .reachesAim), (0.7, .reachesFloor), (0.6, .reachesFloor),
        (0.59, .missesFloor),
    ])
    func whatHasToBeHigh(_ value: Double, _ verdict: Verdict) {
        #expect(Target("x", .ratio, .atLeast, floor: 0.6, aim: 0.9).verdict(on: value) == verdict)
    }

    @Test(arguments: [(4.0, Verdict.reachesAim), (5, .reachesAim), (20, .reachesFloor), (20.1, .missesFloor)])
    func whatHasToBeLow(_ value: Double, _ verdict: Verdict) {
        #expect(Target("x", .milliseconds, .atMost, floor: 20, aim: 5).verdict(on: value) == verdict)
    }

    @Test func aTargetMayHaveOnlyAFloorOrOnlyAnAim() {
        #expect(Target("x", .count, .atMost, floor: 0).verdict(on: 0) == .reachesFloor)
        #expect(Target("x", .count, .atMost, floor: 0).verdict(on: 1) == .missesFloor)
        #expect(Target("x", .ratio, .atLeast, aim: 0.7).verdict(on: 0.6) == .missesAim)
        #expect(Target("x", .ratio, .atLeast, aim: 0.7).verdict(on: 0.8) == .reachesAim)
    }

    @Test(arguments: [
        (Quantity.perSecond, 1_234_567.4, "1,234,567"), (.perSecond, 999, "999"), (.ratio, 0.605, "0.61 ×"),
        (.milliseconds, 9.994, "9.99 ms"), (.milliseconds, 12.34, "12.3 ms"), (.seconds, 2.5, "2.50 s"),
        (.bytes, -1_024, "-1,024 bytes"), (.milliseconds, 0.004, "0.00 ms"), (.count, 0, "0"),
    ])
    func numbersAreWrittenForReaders(_ quantity: Quantity, _ value: Double, _ text: String) {
        #expect(quantity.text(value) == text)
    }
}
