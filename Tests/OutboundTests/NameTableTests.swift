import NIOCore
import RegistryModel
import Testing

@testable import Outbound

struct NameTableTests {
    private final class Wait {}

    private static let answer: Result<[IPAddress], LookupFault> = .success([IPAddress(v4: 1)])
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func whatIsKnownHoldsForAWhile() {
        var table = NameTable<Wait>(mostNames: 100)
        let wait = Wait()
        guard case .lookUp = table.ask("a", for: wait, at: self.start) else {
            Issue.record("not looked up")
            return
        }
        guard case .joined = table.ask("a", for: Wait(), at: self.start) else {
            Issue.record("looked up twice")
            return
        }
        let (begins, waits) = (table.begins("a"), table.learn(Self.answer, of: "a", at: self.start))
        #expect(begins && waits.count == 2)
        guard case .answered(.success) = table.ask("a", for: wait, at: self.start + .milliseconds(4_999)) else {
            Issue.record("forgotten too soon")
            return
        }
        guard case .lookUp = table.ask("a", for: wait, at: self.start + .seconds(5)) else {
            Issue.record("believed for too long")
            return
        }
    }

    @Test func aFailureHoldsForLess() {
        var table = NameTable<Wait>(mostNames: 100)
        _ = table.ask("a", for: Wait(), at: self.start)
        _ = table.learn(.failure(.noAnswer), of: "a", at: self.start)
        guard case .answered(.failure) = table.ask("a", for: Wait(), at: self.start + .milliseconds(999)) else {
            Issue.record("forgotten too soon")
            return
        }
        guard case .lookUp = table.ask("a", for: Wait(), at: self.start + .seconds(1)) else {
            Issue.record("believed for too long")
            return
        }
    }

    @Test func whatNobodyWaitsForIsNotLookedUp() {
        var table = NameTable<Wait>(mostNames: 100)
        let (one, two) = (Wait(), Wait())
        _ = table.ask("a", for: one, at: self.start)
        table.abandon("a", by: one)
        // Someone who comes before its turn keeps it in the queue.
        guard case .joined = table.ask("a", for: two, at: self.start) else {
            Issue.record("looked up twice")
            return
        }
        let begins = table.begins("a")
        #expect(begins)
        table.abandon("a", by: two)
        let beginsAgain = table.begins("a")
        #expect(!beginsAgain)
        guard case .lookUp = table.ask("a", for: one, at: self.start) else {
            Issue.record("not looked up")
            return
        }
    }

    @Test func bothTablesAreBounded() {
        var table = NameTable<Wait>(mostNames: 100)
        let wait = Wait()
        for number in 0..<100 { _ = table.ask("\(number)", for: wait, at: self.start) }
        guard case .full = table.ask("one more", for: wait, at: self.start) else {
            Issue.record("no bound")
            return
        }
        for number in 0..<100 { _ = table.learn(Self.answer, of: "\(number)", at: self.start) }
        #expect(table.count == 100)
        _ = table.ask("one more", for: wait, at: self.start)
        _ = table.learn(Self.answer, of: "one more", at: self.start)
        #expect(table.count == 1)
    }
}
