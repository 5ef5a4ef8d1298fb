import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("Waits that end")
struct RetryTimersTests {
    @Test func theyEndInTheOrderOfTheirTimesAndOnce() {
        var timers = RetryTimers()
        for (id, due) in [("c", 30), ("a", 10), ("b", 20)] { timers.set(id, Int64(due)) }
        #expect(timers.takeDue(now: 9).isEmpty)
        #expect(timers.takeDue(now: 20) == ["a", "b"])
        #expect(timers.takeDue(now: 20).isEmpty)
        #expect(timers.takeDue(now: 100) == ["c"])
    }

    @Test func anotherTimeReplacesTheFirst() {
        var timers = RetryTimers()
        timers.set("a", 10)
        timers.set("a", 20)
        timers.set("b", 10)
        timers.set("b", nil)
        #expect(timers.takeDue(now: 10).isEmpty)
        #expect(timers.takeDue(now: 20) == ["a"])
        #expect(timers.count == 0)
    }

    @Test func whatIsKeptIsBoundedByWhatWaits() {
        var timers = RetryTimers()
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            timers.set(
                "\(Int.random(in: 0..<50, using: &generator))", Int64.random(in: 0..<1_000_000, using: &generator))
        }
        #expect(timers.count == 50)
        #expect(timers.entryCount <= 2 * 50 + 64)
        #expect(Set(timers.takeDue(now: .max)).count == 50)
    }
}
