import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryHealth

@Suite("The state of one check")
struct CheckStateTests {
    private static func policy(
        failures: Int = 3, successes: Int = 1, startPeriod: TimeSpan = .zero
    ) -> CheckPolicy {
        CheckPolicy(
            .sample(failures: failures, successes: successes, startPeriod: startPeriod), defaults: CheckDefaults())
    }

    private static func time(_ now: Int64) -> Timestamp { Sample.time.advanced(by: .milliseconds(now)) }

    /// The obvious definition, for any sequence: look at the last results in a row.
    private static func expected(_ results: [Bool], _ policy: CheckPolicy) -> [HealthState] {
        var state = HealthState.unknown
        return results.indices.map { index in
            let sofar = results[...index]
            let run = sofar.reversed().prefix { $0 == sofar.last }.count
            if results[index], run >= policy.successesBeforeUp { state = .up }
            if !results[index], run >= policy.failuresBeforeDown { state = .down }
            return state
        }
    }

    @Test("Every sequence of eight results, with every threshold from 1 to 4", arguments: 1...4, 1...4)
    func everySequence(_ failures: Int, _ successes: Int) {
        let policy = Self.policy(failures: failures, successes: successes)
        for pattern in 0..<256 {
            let results = (0..<8).map { pattern >> $0 & 1 == 1 }
            var state = CheckState(now: 0)
            for (index, (passed, expected)) in zip(results, Self.expected(results, policy)).enumerated() {
                let before = (state.status, state.since)
                let now = Int64(index)
                state.take(passed ? .passed : .refused, by: policy, begun: now, now: now, time: Self.time(now))
                #expect(state.status == expected, "\(results), \(index)")
                #expect(state.lastCheck == Self.time(now))
                #expect(state.since == (before.0 == expected ? before.1 : Self.time(now)))
                let run = results[...index].reversed().prefix { $0 == passed }.count
                #expect((state.successes, state.failures) == (passed ? (run, 0) : (0, run)))
            }
        }
    }

    @Test func itKeepsWhatWasSaidLast() {
        var state = CheckState(now: 0)
        state.take(.passed, by: Self.policy(), begun: 1, now: 1, time: Self.time(1))
        #expect(state.detail == "200 OK")
        state.take(.refused, by: Self.policy(), begun: 2, now: 2, time: Self.time(2))
        #expect(state.detail == "connection refused")
        #expect(state.status == .up)
    }

    @Test func whatSaysNothingOfTheTargetChangesNothing() {
        var state = CheckState(now: 0)
        state.take(.refused, by: Self.policy(failures: 2), begun: 1, now: 1, time: Self.time(1))
        let before = state
        state.take(.overloaded, by: Self.policy(failures: 2), begun: 2, now: 2, time: Self.time(2))
        #expect(state == before)
        state.take(.refused, by: Self.policy(failures: 2), begun: 3, now: 3, time: Self.time(3))
        #expect(state.status == .down)
    }

    @Test func failuresInTheStartPeriodDoNotCount() {
        let policy = Self.policy(failures: 2, startPeriod: .seconds(30))
        var state = CheckState(now: 1_000)
        for now in stride(from: Int64(1_000), through: 30_999, by: 1_000) {
            state.take(.refused, by: policy, begun: now, now: now, time: Self.time(now))
        }
        #expect(state.status == .unknown)
        #expect(state.failures == 0)
        #expect(state.detail == "connection refused", "it is shown all the same")
        state.take(.refused, by: policy, begun: 31_000, now: 31_000, time: Self.time(31_000))
        #expect(state.status == .unknown)
        state.take(.refused, by: policy, begun: 31_001, now: 31_001, time: Self.time(31_001))
        #expect(state.status == .down)
    }

    @Test func theStartPeriodEndsWithTheFirstSuccess() {
        let policy = Self.policy(failures: 2, startPeriod: .seconds(30))
        var state = CheckState(now: 0)
        state.take(.passed, by: policy, begun: 1, now: 1, time: Self.time(1))
        state.take(.refused, by: policy, begun: 2, now: 2, time: Self.time(2))
        state.take(.refused, by: policy, begun: 3, now: 3, time: Self.time(3))
        #expect(state.status == .down)
    }

    @Test func defaultsFillInWhatACheckDoesNotSay() {
        let defaults = CheckDefaults(interval: .seconds(7), timeout: .seconds(4), retries: 5)
        let plain = CheckPolicy(.sample(interval: nil), defaults: defaults)
        #expect(plain.interval == .seconds(7))
        #expect(plain.timeout == .seconds(4))
        #expect(plain.failuresBeforeDown == 5)
        #expect(plain.successesBeforeUp == 1)
        #expect(plain.startPeriod == .zero)
        #expect(CheckPolicy(.sample(interval: .seconds(2)), defaults: defaults).timeout == .seconds(2))
        #expect(CheckPolicy(.sample(timeout: .seconds(1)), defaults: defaults).timeout == .seconds(1))
    }

    @Test func theLeastTimeoutFollowsWhatPassesTake() {
        var state = CheckState(now: 0)
        func take(_ outcome: ProbeOutcome, took span: Int64) {
            state.take(outcome, by: Self.policy(), begun: 100, now: 100 + span, time: Self.time(1))
        }
        take(.refused, took: 900)
        #expect(state.leastTimeout == 0, "what fails says nothing of how long a pass takes")
        take(.passed, took: 800)
        #expect(state.leastTimeout == 3_200)
        take(.passed, took: 10)
        #expect(state.leastTimeout == 2_800, "one quick answer is no proof that the next will be")
        take(.refused, took: 5_000)
        #expect(state.leastTimeout == 2_800)
        for _ in 0..<50 { take(.passed, took: 10) }
        #expect(state.leastTimeout == 40)
        take(.passed, took: 1_000)
        #expect(state.leastTimeout == 4_000, "a slower one counts at once")
    }
}
