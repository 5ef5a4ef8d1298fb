import Testing

@testable import RegistryCluster

/// When a digest is written, and when a node whose digests do not come back to it is cut off.
struct DigestTimingTests {
    // MARK: Pace

    @Test func theFirstIsDueAtOnce() {
        for hasBeats in [true, false] { #expect(DigestPace().isDue(now: 0, members: 0, hasBeats: hasBeats)) }
    }

    @Test(arguments: [
        // Members, milliseconds with beats, and without.
        (0, 200, 1_000), (1, 200, 1_000), (3, 200, 1_000), (4, 200, 1_000), (5, 250, 1_000), (10, 500, 1_000),
        (20, 1_000, 1_000), (30, 1_500, 1_500), (31, 1_500, 1_500), (51, 1_500, 1_500), (1_000, 1_500, 1_500),
    ])
    func theNextIsDueAfter(members: Int, busy: Int64, idle: Int64) {
        var pace = DigestPace()
        pace.note(sentAt: 10_000)
        for (hasBeats, span) in [(true, busy), (false, idle)] {
            #expect(!pace.isDue(now: 10_000 + span - 1, members: members, hasBeats: hasBeats))
            #expect(pace.isDue(now: 10_000 + span, members: members, hasBeats: hasBeats))
            #expect(pace.isDue(now: 10_000 + span * 10, members: members, hasBeats: hasBeats))
        }
    }

    /// All nodes together, as long as none would have to be silent for too long.
    @Test func theyWriteAtMostTwentyASecond() {
        for members in 1...30 {
            var pace = DigestPace()
            var written = 0
            for now in 0..<Int64(10_000) where pace.isDue(now: now, members: members, hasBeats: true) {
                pace.note(sentAt: now)
                written += 1
            }
            // The first is due at once.
            #expect((written - 1) * members <= 20 * 10, "\(members)")
        }
    }

    /// Nobody is cut off by the pace alone: a digest may take its whole patience to come back.
    @Test(arguments: [1, 3, 30, 51, 100, 10_000])
    func whoKeepsThePaceIsNotCutOff(members: Int) {
        var (pace, confirmation) = (DigestPace(), DigestConfirmation(since: 0))
        var writtenAt: [Int64: Int64] = [:]
        for now in 0..<Int64(60_000) {
            for (sequence, time) in writtenAt where now - time == DigestConfirmation.patience {
                confirmation.confirm(sequence)
                writtenAt[sequence] = nil
            }
            if pace.isDue(now: now, members: members, hasBeats: false) {
                pace.note(sentAt: now)
                let sequence = confirmation.confirmed + Int64(writtenAt.count) + 1
                confirmation.note(sequence, writtenAt: now)
                writtenAt[sequence] = now
            }
            #expect(!confirmation.isOverdue(now: now), "\(now)")
        }
    }

    // MARK: Confirmation

    @Test func aNodeThatHasWrittenNothingIsCutOffAfterTheSilence() {
        let confirmation = DigestConfirmation(since: 500)
        #expect(!confirmation.isOverdue(now: 500 + DigestConfirmation.silence))
        #expect(confirmation.isOverdue(now: 501 + DigestConfirmation.silence))
        #expect(confirmation.confirmed == 0)
    }

    @Test func oneThatIsNotConfirmedMayBeASecondOld() {
        var confirmation = DigestConfirmation(since: 0)
        confirmation.note(1, writtenAt: 200)
        #expect(!confirmation.isOverdue(now: 1_200))
        #expect(confirmation.isOverdue(now: 1_201))
        confirmation.confirm(1)
        #expect(confirmation.confirmed == 1)
        #expect(!confirmation.isOverdue(now: 1_201))
    }

    /// From when it was written: what the store took to confirm it is no time in which anything was known.
    @Test func theSilenceCountsFromWhenTheConfirmedOneWasWritten() {
        var confirmation = DigestConfirmation(since: 0)
        confirmation.note(1, writtenAt: 200)
        confirmation.confirm(1)
        #expect(!confirmation.isOverdue(now: 200 + DigestConfirmation.silence))
        #expect(confirmation.isOverdue(now: 201 + DigestConfirmation.silence))
    }

    @Test func theOldestThatIsOpenCounts() {
        var confirmation = DigestConfirmation(since: 0)
        for (sequence, time) in [(1, 100), (2, 300), (3, 900)] as [(Int64, Int64)] {
            confirmation.note(sequence, writtenAt: time)
        }
        #expect(confirmation.isOverdue(now: 1_101))
        confirmation.confirm(2)
        #expect(!confirmation.isOverdue(now: 1_900))
        #expect(confirmation.isOverdue(now: 1_901))
    }

    /// Written again after a lost reply, it is as old as it was.
    @Test func writingAgainDoesNotMakeItYounger() {
        var confirmation = DigestConfirmation(since: 0)
        confirmation.note(1, writtenAt: 100)
        confirmation.note(1, writtenAt: 1_000)
        #expect(confirmation.isOverdue(now: 1_101))
    }

    @Test func aConfirmationThatComesTwiceOrLateTakesNothingBack() {
        var confirmation = DigestConfirmation(since: 0)
        confirmation.note(1, writtenAt: 100)
        confirmation.note(2, writtenAt: 300)
        confirmation.confirm(2)
        confirmation.confirm(1)
        confirmation.confirm(2)
        #expect(confirmation.confirmed == 2)
        #expect(!confirmation.isOverdue(now: 300 + DigestConfirmation.silence))
        #expect(confirmation.isOverdue(now: 301 + DigestConfirmation.silence))
    }
}
