import Testing

@testable import RegistryCatalog

/// How many commands go into one commit.
struct GroupSizeTests {
    @Test func aStoreOfItsOwnAlwaysTakesTheMost() {
        var size = GroupSize(isShared: false)
        #expect(size.limit == 1_024)
        size.note(commands: 1_024, milliseconds: 60_000, hasFailed: true)
        #expect(size.limit == 1_024)
    }

    @Test func itGrowsWhileFullOnesAreFast() {
        var size = GroupSize(isShared: true)
        #expect(size.limit == 128)
        size.note(commands: 127, milliseconds: 1, hasFailed: false)
        #expect(size.limit == 128, "nobody had more")
        size.note(commands: 128, milliseconds: 251, hasFailed: false)
        #expect(size.limit == 128, "twice as many would take too long")
        for expected in [256, 512, 1_024, 1_024] {
            size.note(commands: size.limit, milliseconds: 250, hasFailed: false)
            #expect(size.limit == expected)
        }
    }

    @Test(arguments: [(1_000, 320), (2_000, 160), (8_000, 64), (1_000_000, 64)])
    func itIsWhatTheStoreTakesInHalfASecond(milliseconds: Int64, limit: Int) {
        var size = GroupSize(isShared: true)
        for _ in 0..<4 { size.note(commands: size.limit, milliseconds: 1, hasFailed: false) }
        size.note(commands: 640, milliseconds: milliseconds, hasFailed: false)
        #expect(size.limit == limit)
    }

    @Test func aSmallOneThatTookLongNeverRaisesIt() {
        var size = GroupSize(isShared: true)
        size.note(commands: 1_024, milliseconds: 501, hasFailed: false)
        #expect(size.limit == 128)
        size.note(commands: 0, milliseconds: 9_000, hasFailed: false)
        #expect(size.limit == 128)
    }

    /// Digests come all the time: what is decided on one has to be there before the next.
    @Test func whatComesTooLateBehindDigestsIsHalved() {
        var size = GroupSize(isShared: true)
        for _ in 0..<4 { size.note(commands: size.limit, milliseconds: 1, hasFailed: false) }
        for expected in [512, 256, 128, 64, 64] {
            size.note(commands: size.limit, milliseconds: 1, hasFailed: true)
            #expect(size.limit == expected)
        }
    }

    @Test func aFewThatComeTooLateSayNothingOfTheirNumber() {
        var size = GroupSize(isShared: true)
        for (milliseconds, hasFailed) in [(Int64(1), true), (60_000, false), (60_000, true)] {
            size.note(commands: GroupSize.smallest, milliseconds: milliseconds, hasFailed: hasFailed)
            #expect(size.limit == 128)
        }
    }

    @Test func whatIsDecidedAgainNeverFillsItAlone() {
        let size = GroupSize(isShared: true)
        #expect(size.room(beside: 0) == 128)
        #expect(size.room(beside: 28) == 100)
        #expect(size.room(beside: 128) == 32)
        #expect(size.room(beside: 5_000) == 32)
    }
}
