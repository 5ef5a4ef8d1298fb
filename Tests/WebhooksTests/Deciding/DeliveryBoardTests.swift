import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("All deliveries")
struct DeliveryBoardTests {
    private static func board(concurrency: Int = 64) -> DeliveryBoard {
        DeliveryBoard(
            settings: WebhookSettings(concurrency: concurrency), generator: SeededGenerator(seed: 5))
    }

    private static func subscription(_ id: String, service: String = "payments", host: String = "a") -> Subscription {
        Sample.subscription(id, service: ServiceKey(name: service), callback: "http://\(host)/hook")
    }

    private static let taken = DeliveryOutcome(status: 200)
    private static let refused = DeliveryOutcome(status: 500)

    @Test func theFirstSubscriptionOfAServiceAsksToFollowItTheLastToStop() {
        var board = Self.board()
        let areFirst = ["1", "2", "1"].map { id in
            board.put(Self.subscription(id), revision: Revision(1), resumedAt: nil, now: 0)
        }
        #expect(areFirst == [true, false, false])
        #expect(board.remove("1") == nil)
        #expect(board.remove("1") == nil)
        #expect(board.remove("2") == ServiceKey(name: "payments"))
        #expect(board.ids.isEmpty)
    }

    @Test func aChangeStartsThoseOfItsServiceThatRest() {
        var board = Self.board()
        for (id, service) in [("1", "a"), ("2", "a"), ("3", "b")] {
            _ = board.put(Self.subscription(id, service: service), revision: Revision(1), resumedAt: nil, now: 0)
        }
        #expect(Set(board.takeStarts(now: 0)) == ["1", "2", "3"])
        for id in ["1", "2", "3"] {
            #expect(board.begin(id, at: Revision(1))?.sequence == 1)
            board.end(id, Self.taken, now: 0, time: Sample.time)
        }
        #expect(board.takeStarts(now: 0).isEmpty)
        board.serviceChanged(ServiceKey(name: "a"), revision: Revision(2), now: 0)
        #expect(Set(board.takeStarts(now: 0)) == ["1", "2"])
        #expect(board.takeStarts(now: 0).isEmpty)
    }

    @Test func aFailureIsTriedAgainWhenItsWaitIsOver() throws {
        var board = Self.board()
        _ = board.put(Self.subscription("1"), revision: Revision(1), resumedAt: nil, now: 0)
        _ = board.takeStarts(now: 0)
        _ = board.begin("1", at: Revision(1))
        board.end("1", Self.refused, now: 0, time: Sample.time)
        let due = try #require(board.state(of: "1")?.due)
        #expect(board.takeStarts(now: due - 1).isEmpty)
        board.serviceChanged(ServiceKey(name: "payments"), revision: Revision(2), now: due - 1)
        #expect(board.takeStarts(now: due - 1).isEmpty, "a change does not shorten the wait")
        #expect(board.takeStarts(now: due) == ["1"])
    }

    @Test func aHostThatHangsLeavesTheOthersTheirSlots() {
        var board = Self.board(concurrency: 16)
        for index in 0..<100 {
            _ = board.put(
                Self.subscription("slow\(index)", host: "slow"), revision: Revision(1), resumedAt: nil, now: 0)
        }
        #expect(board.takeStarts(now: 0).count == 2)
        for index in 0..<10 {
            _ = board.put(
                Self.subscription("quick\(index)", host: "q\(index)"), revision: Revision(1), resumedAt: nil, now: 0)
        }
        #expect(board.takeStarts(now: 0).count == 10)
        #expect(board.sendingCount == 12)
    }

    @Test func aSubscriptionThatIsRemovedIsSentNothingAndKeepsItsSlotOnlyToTheEndOfWhatIsUnderWay() {
        var board = Self.board(concurrency: 1)
        for id in ["1", "2", "3"] {
            _ = board.put(Self.subscription(id, host: id), revision: Revision(1), resumedAt: nil, now: 0)
        }
        #expect(board.takeStarts(now: 0) == ["1"])
        _ = board.remove("1")
        _ = board.remove("2")
        #expect(board.takeStarts(now: 0).isEmpty)
        #expect(board.begin("1", at: Revision(1)) == nil)
        board.end("1", nil, now: 0, time: Sample.time)
        #expect(board.takeStarts(now: 0) == ["3"])
    }

    // MARK: Progress

    /// One delivery that was taken.
    private static func deliver(_ board: inout DeliveryBoard, _ id: String, at revision: Int64, now: Int64) {
        board.serviceChanged(ServiceKey(name: "payments"), revision: Revision(revision), now: now)
        _ = board.takeStarts(now: now)
        _ = board.begin(id, at: Revision(revision))
        board.end(id, Self.taken, now: now, time: Sample.time)
    }

    @Test func progressIsCommittedOnceInASecondAndAChangeOfStatusAtOnce() throws {
        var board = Self.board()
        _ = board.put(Self.subscription("1"), revision: Revision(1), resumedAt: nil, now: 0)
        Self.deliver(&board, "1", at: 1, now: 0)
        let first = try #require(board.takeSavings(now: 0, limit: 10).first)
        board.saved(first, isCommitted: true, now: 0)
        for step in 1..<20 {
            Self.deliver(&board, "1", at: Int64(step + 1), now: Int64(step) * 50)
            #expect(board.takeSavings(now: Int64(step) * 50, limit: 10).isEmpty)
        }
        let second = board.takeSavings(now: 1_000, limit: 10)
        #expect(second.map(\.progress.acknowledged) == [Revision(20)])
        board.saved(second[0], isCommitted: true, now: 1_000)

        board.serviceChanged(ServiceKey(name: "payments"), revision: Revision(30), now: 1_001)
        _ = board.takeStarts(now: 1_001)
        _ = board.begin("1", at: Revision(30))
        board.end("1", Self.refused, now: 1_001, time: Sample.time)
        #expect(board.takeSavings(now: 1_001, limit: 10).map(\.progress.status) == [.retrying])
    }

    @Test func whatCouldNotBeCommittedIsTriedAgainButNotAtOnce() throws {
        var board = Self.board()
        for id in ["1", "2", "3"] {
            _ = board.put(Self.subscription(id, host: id), revision: Revision(1), resumedAt: nil, now: 0)
        }
        _ = board.takeStarts(now: 0)
        for id in ["1", "2", "3"] {
            _ = board.begin(id, at: Revision(1))
            board.end(id, Self.refused, now: 0, time: Sample.time)
        }
        let savings = board.takeSavings(now: 0, limit: 2)
        #expect(savings.count == 2)
        for saving in savings { board.saved(saving, isCommitted: false, now: 0) }
        #expect(board.takeSavings(now: 0, limit: 2).count == 1, "the third, which is urgent")
        #expect(board.takeSavings(now: 999, limit: 10).isEmpty)
        #expect(Set(board.takeSavings(now: 1_000, limit: 10).map(\.id)) == Set(savings.map(\.id)))
    }

    @Test func whatHappensWhileItIsCommittedIsCommittedNext() throws {
        var board = Self.board()
        _ = board.put(Self.subscription("1"), revision: Revision(1), resumedAt: nil, now: 0)
        Self.deliver(&board, "1", at: 1, now: 0)
        let saving = try #require(board.takeSavings(now: 0, limit: 10).first)
        Self.deliver(&board, "1", at: 2, now: 1)
        board.saved(saving, isCommitted: true, now: 2)
        #expect(board.takeSavings(now: 1_000, limit: 10).first?.progress.acknowledged == Revision(2))
    }

    @Test func atTheEndEverythingIsCommitted() {
        var board = Self.board()
        for index in 0..<50 {
            _ = board.put(Self.subscription("\(index)"), revision: Revision(1), resumedAt: nil, now: 0)
        }
        while case let ids = board.takeStarts(now: 0), !ids.isEmpty {
            for id in ids {
                _ = board.begin(id, at: Revision(1))
                board.end(id, Self.taken, now: 0, time: Sample.time)
            }
        }
        _ = board.takeSavings(now: 0, limit: 10)
        var count = 10
        while case let savings = board.takeSavings(now: 1, limit: 16, everything: true), !savings.isEmpty {
            count += savings.count
        }
        #expect(count == 50)
    }

    // MARK: Chance

    /// Receivers that take, refuse, hang and come back, services that change, restarts that lose what was not committed: each receiver
    /// sees revisions only go up, numbers never used for another delivery, and in the end the newest.
    @Test(arguments: 0..<20) func whateverHappensOrderAndNumbersHold(_ seed: UInt64) {
        var run = RandomRun(seed: seed)
        for _ in 0..<4_000 { run.step() }
        run.settle()
    }
}
