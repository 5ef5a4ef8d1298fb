import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("Waits between tries")
struct BackoffTests {
    @Test func theyDoubleUpToTheLongestHalfOfEachAtRandom() {
        let backoff = Backoff(first: .seconds(1), longest: .minutes(1))
        var generator = SeededGenerator(seed: 7)
        for failures in 1...200 {
            let full = min(1_000 * (1 << min(failures - 1, 20)), 60_000)
            let waits = (0..<50).map { _ in backoff.delay(after: failures, using: &generator).milliseconds }
            #expect(waits.allSatisfy { (Int64(full / 2)...Int64(full)).contains($0) }, "after \(failures)")
            #expect(Set(waits).count > 10, "after \(failures) they differ")
        }
    }

    @Test func aLongestWaitBelowTheFirstHolds() {
        var generator = SeededGenerator(seed: 7)
        let backoff = Backoff(first: .seconds(1), longest: .milliseconds(10))
        #expect(backoff.delay(after: 1, using: &generator) <= .milliseconds(10))
    }
}
