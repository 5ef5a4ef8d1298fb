import RegistryCatalog
import Testing

@testable import RegistryCluster

struct DigestLedgerTests {
    private static func events(_ digests: (UInt64, Int64)...) -> [ClusterEvent] {
        digests.map { Made.event(Made.digest($0.0, $0.1)) }
    }

    // MARK: Gaps

    @Test func oneAfterTheOtherMissesNothing() {
        var ledger = DigestLedger()
        for sequence: Int64 in 1...5 { #expect(ledger.hasGap(in: Self.events((1, sequence))) == false) }
        #expect(ledger.hasGap(in: Self.events((1, 6), (1, 7), (2, 1), (1, 8), (2, 2))) == false)
        #expect(ledger.hasGap(in: []) == false)
    }

    @Test func oneThatIsMissingIsAGapOnce() {
        var ledger = DigestLedger()
        #expect(ledger.hasGap(in: Self.events((1, 1), (2, 1))) == false)
        #expect(ledger.hasGap(in: Self.events((1, 3))) == true)
        #expect(ledger.hasGap(in: Self.events((1, 4), (2, 2))) == false)
        #expect(ledger.hasGap(in: Self.events((2, 3), (1, 6), (2, 4))) == true)
    }

    @Test func theFirstOfAWriterThatIsKnownToNobodyMustBeItsFirst() {
        var ledger = DigestLedger()
        #expect(ledger.hasGap(in: Self.events((1, 1))) == false)
        #expect(ledger.hasGap(in: Self.events((2, 2))) == true)
        #expect(ledger.hasGap(in: Self.events((2, 3))) == false)
    }

    /// Its writer did not know that the store had it.
    @Test func oneThatComesTwiceMissesNothing() {
        var ledger = DigestLedger()
        #expect(ledger.hasGap(in: Self.events((1, 1), (1, 2), (1, 2))) == false)
        #expect(ledger.hasGap(in: Self.events((1, 1))) == false)
        #expect(ledger.hasGap(in: Self.events((1, 3))) == false)
    }

    @Test func afterAReloadBeatsMayBeMissing() {
        var ledger = DigestLedger()
        #expect(ledger.hasGap(in: Self.events((1, 1), (1, 2))) == false)
        #expect(ledger.hasGap(in: [.reloaded] + Self.events((1, 3))) == true)
        #expect(ledger.hasGap(in: Self.events((1, 4))) == false)
        // Even if nobody has written anything.
        #expect(ledger.hasGap(in: [.reloaded]) == true)
        #expect(ledger.hasGap(in: Self.events((1, 5))) == true, "what was known before the reload counts no more")
    }

    @Test func comingsAndGoingsAreNoGap() {
        var ledger = DigestLedger()
        #expect(ledger.hasGap(in: [.joined(Made.member(1)), .left(1)]) == false)
    }

    // MARK: The newest

    @Test func theNewestOfEachIsKept() {
        var ledger = DigestLedger()
        ledger.note(Made.digest(1, 2), at: 10)
        ledger.note(Made.digest(2, 1), at: 20)
        ledger.note(Made.digest(1, 1), at: 30)
        #expect(ledger[1]?.sequence == 2)
        #expect(ledger[2]?.sequence == 1)
        #expect(ledger[3] == nil)
        #expect(ledger.entries[1]?.takenAt == 10)
        ledger.note(Made.digest(1, 2), at: 40)
        #expect(ledger.entries[1]?.takenAt == 40, "it was written again, so its writer lives")
    }

    @Test func whoIsForgottenBeginsAnew() {
        var ledger = DigestLedger()
        #expect(ledger.hasGap(in: Self.events((1, 1), (1, 2))) == false)
        ledger.note(Made.digest(1, 2), at: 10)
        ledger.forget(1)
        #expect(ledger[1] == nil)
        #expect(ledger.hasGap(in: Self.events((1, 3))) == true)
    }

    @Test func thoseThatAreSilentAndNoMembersHaveDeparted() {
        var ledger = DigestLedger()
        for (writer, time) in [(4, 10), (1, 10), (2, 20), (3, 10)] as [(UInt64, Int64)] {
            ledger.note(Made.digest(writer), at: time)
        }
        #expect(ledger.departed(before: 10, members: []).isEmpty)
        #expect(ledger.departed(before: 11, members: [3]) == [1, 4])
        #expect(ledger.departed(before: 21, members: []) == [1, 2, 3, 4])
    }

    @Test func writersAreBoundedAndTheLongestSilentGoesFirst() {
        var ledger = DigestLedger()
        for writer in 1...UInt64(1_024) { ledger.note(Made.digest(writer), at: writer == 7 ? 0 : Int64(writer)) }
        #expect(ledger.entries.count == 1_024)
        ledger.note(Made.digest(5_000), at: 5_000)
        #expect(ledger.entries.count == 1_024)
        #expect(ledger[7] == nil)
        #expect(ledger[5_000] != nil)
    }
}
