import NIOCore
import Testing

@testable import HTTPSupport

@Suite("Deadlines of a connection")
struct ConnectionDeadlinesTests {
    private static let limits = ConnectionDeadlines.Limits(
        header: .seconds(10), idle: .seconds(75), receive: .seconds(30), unread: .seconds(120))
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func at(_ seconds: Int64) -> NIODeadline { Self.start + .seconds(seconds) }
    private func deadlines() -> ConnectionDeadlines { ConnectionDeadlines(limits: Self.limits, now: Self.start) }

    @Test func aConnectionThatSendsNothingIsClosed() {
        let deadlines = self.deadlines()
        #expect(deadlines.verdict(now: self.at(9)) == .lookAgain(self.at(10)))
        #expect(deadlines.verdict(now: self.at(10)) == .close)
    }

    @Test func dribblingAHeaderDoesNotProlongIt() {
        var deadlines = self.deadlines()
        for second in 1...9 { deadlines.readBytes(now: self.at(Int64(second))) }
        #expect(deadlines.verdict(now: self.at(10)) == .close)
    }

    @Test func aBodyHasItsOwnTime() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(5))
        deadlines.readBytes(now: self.at(5))
        #expect(deadlines.verdict(now: self.at(34)) == .lookAgain(self.at(35)))
        #expect(deadlines.verdict(now: self.at(35)) == .bodyIsLate)
    }

    @Test func anAnswerMayTakeAsLongAsItLikes() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        #expect(deadlines.verdict(now: self.at(10_000)) == .lookAgain(nil))
    }

    @Test func betweenRequestsTheIdleTimeCounts() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        deadlines.wroteEnd(now: self.at(2))
        #expect(deadlines.verdict(now: self.at(76)) == .lookAgain(self.at(77)))
        #expect(deadlines.verdict(now: self.at(77)) == .close)
    }

    @Test func theNextHeaderHasItsTimeFromItsFirstByte() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        deadlines.wroteEnd(now: self.at(2))
        deadlines.readBytes(now: self.at(50))
        #expect(deadlines.verdict(now: self.at(59)) == .lookAgain(self.at(60)))
        #expect(deadlines.verdict(now: self.at(60)) == .close)
    }

    @Test func aClientThatLeavesItsAnswerUnreadIsClosed() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        deadlines.writability(isWritable: false, now: self.at(10))
        deadlines.writability(isWritable: false, now: self.at(100))
        #expect(deadlines.verdict(now: self.at(129)) == .lookAgain(self.at(130)))
        #expect(deadlines.verdict(now: self.at(130)) == .close)
        deadlines.writability(isWritable: true, now: self.at(130))
        #expect(deadlines.verdict(now: self.at(131)) == .lookAgain(nil))
    }

    @Test func aPipelinedHeaderWaitsForTheAnswerBeforeIt() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        deadlines.readBytes(now: self.at(2))
        #expect(deadlines.verdict(now: self.at(12)) == .lookAgain(self.at(22)))
    }

    @Test func aPipelinedHeaderHasItsTimeFromTheAnswerBeforeIt() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        deadlines.readBytes(now: self.at(2))
        deadlines.wroteEnd(now: self.at(100))
        #expect(deadlines.verdict(now: self.at(109)) == .lookAgain(self.at(110)))
        #expect(deadlines.verdict(now: self.at(110)) == .close)
    }

    @Test func aPipelinedBodyHasItsTimeFromTheAnswerBeforeIt() {
        var deadlines = self.deadlines()
        deadlines.readHead(now: self.at(1))
        deadlines.readEnd(now: self.at(1))
        deadlines.readHead(now: self.at(1))
        deadlines.readBytes(now: self.at(1))
        #expect(deadlines.verdict(now: self.at(40)) == .lookAgain(self.at(70)))
        deadlines.wroteEnd(now: self.at(100))
        #expect(deadlines.verdict(now: self.at(129)) == .lookAgain(self.at(130)))
        #expect(deadlines.verdict(now: self.at(130)) == .bodyIsLate)
    }
}
