import Testing

@testable import RollcallClient

struct RetryPolicyTests {
    private let policy = RetryPolicy(attempts: 3, firstWait: .milliseconds(100), longestWait: .seconds(2))

    private func wait(
        _ failure: RetryPolicy.Failure, attempt: Int = 1, repeatable: Bool = true, chance: Double = 1
    ) -> Duration? {
        self.policy.wait(after: failure, attempt: attempt, repeatable: repeatable, chance: chance)
    }

    @Test func whatWasNotSentIsSentAgainEvenWhenNotRepeatable() {
        #expect(self.wait(.notSent, repeatable: false) == .milliseconds(100))
        #expect(self.wait(.turnedAway(retryAfter: nil), repeatable: false) == .milliseconds(100))
    }

    @Test func whatMayHaveBeenCarriedOutIsSentAgainOnlyWhenRepeatable() {
        #expect(self.wait(.unclear) == .milliseconds(100))
        #expect(self.wait(.unclear, repeatable: false) == nil)
    }

    @Test func aFinalAnswerIsFinal() { #expect(self.wait(.final) == nil) }

    @Test func theNumberOfAttemptsIsBounded() {
        #expect(self.wait(.notSent, attempt: 2) == .milliseconds(200))
        #expect(self.wait(.notSent, attempt: 3) == nil)
        #expect(RetryPolicy.never.wait(after: .notSent, attempt: 1, repeatable: true, chance: 0) == nil)
        #expect(RetryPolicy(attempts: -5).attempts == 1)
    }

    @Test func theServersWaitIsKeptAndSpread() {
        #expect(self.wait(.turnedAway(retryAfter: .seconds(1)), chance: 0) == .seconds(1))
        #expect(self.wait(.turnedAway(retryAfter: .seconds(1)), chance: 1) == .milliseconds(1_100))
    }

    @Test func aServerThatAsksForMoreThanTheLongestWaitIsNotWaitedFor() {
        #expect(self.wait(.turnedAway(retryAfter: .seconds(3))) == nil)
    }

    @Test func backoffDoublesUpToItsBoundAndIsShortenedByAtMostHalf() {
        let backoff = Backoff(first: .milliseconds(500), longest: .seconds(15))
        let full = (1...8).map { backoff.wait(attempt: $0, chance: 1) }
        #expect(full == [0.5, 1, 2, 4, 8, 15, 15, 15].map { .seconds($0) })
        #expect(backoff.wait(attempt: 3, chance: 0) == .seconds(1))
        #expect(backoff.wait(attempt: 1_000_000, chance: 1) == .seconds(15))
        #expect(backoff.wait(attempt: 0, chance: 1) == .milliseconds(500))
    }
}
