import Testing

/// A long world is not taken for one that is stuck, and one that is stuck is not taken for a long one.
struct PatienceTests {
    @Test func eachCommandBeginsItAnew() {
        var patience = Patience(since: 5)
        for round in 1...10 {
            patience.note(commands: round, at: 5 + Int64(round) * Patience.limit)
            #expect(!patience.isOver(at: 5 + Int64(round + 1) * Patience.limit))
        }
        patience.note(commands: 10, at: 5 + 11 * Patience.limit)
        #expect(patience.isOver(at: 6 + 11 * Patience.limit))
    }

    @Test func aWorldWithoutCommandsIsStuck() {
        var patience = Patience(since: 5)
        patience.note(commands: 0, at: 5 + Patience.limit)
        #expect(!patience.isOver(at: 5 + Patience.limit))
        #expect(patience.isOver(at: 6 + Patience.limit))
    }
}
