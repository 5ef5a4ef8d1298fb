import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCluster

/// How the other nodes stand with a drain, by what they have said.
struct DrainStandingTests {
    private let clock = ManualClock()
    private let log = SharedLog()
    private let node: ClusterNode

    init() {
        self.node = ClusterNode(Made.member(1), store: LogStore(1, self.log), clock: self.clock)
        self.log.attach(self.node)
    }

    private static let service = ServiceKey(name: "payments")
    private static let drain = Digest.PendingDrain(service: Self.service, revision: Revision(5))

    @Test func everyOtherNodeAnswersForItsReaders() {
        for id: UInt64 in 1...6 { self.log.join(Made.member(id)) }
        self.log.say(Made.digest(2, applied: 4))
        self.log.say(Made.digest(3, applied: 5))
        self.log.say(Made.digest(4, applied: 6, drains: [Self.drain]))
        let other = Digest.PendingDrain(service: Self.service, revision: Revision(6))
        self.log.say(Made.digest(5, applied: 6, drains: [other]))
        self.log.say(Made.digest(6, applied: 9, drains: [other], hasMoreDrains: true))
        #expect(
            self.node.standing(of: Self.drain) == [
                DrainReport.Node(name: "node-2", standing: .pending),
                DrainReport.Node(name: "node-3", standing: .informed),
                DrainReport.Node(name: "node-4", standing: .pending),
                DrainReport.Node(name: "node-5", standing: .informed),
                DrainReport.Node(name: "node-6", standing: .pending),
            ])
    }

    @Test func oneThatHasSaidNothingIsPending() {
        self.log.join(Made.member(2))
        #expect(self.node.standing(of: Self.drain).map(\.standing) == [.pending])
    }

    @Test func oneThatIsLostMeanwhileIsUnknownUnlessItHadSaidSo() {
        for id: UInt64 in [2, 3, 4] { self.log.join(Made.member(id)) }
        self.log.leave(4)
        for _ in 2...5 { self.log.commit() }
        self.log.say(Made.digest(2, applied: 5))
        self.log.say(Made.digest(3, applied: 4))
        self.log.leave(2)
        self.log.leave(3)
        #expect(
            self.node.standing(of: Self.drain) == [
                DrainReport.Node(name: "node-2", standing: .informed),
                DrainReport.Node(name: "node-3", standing: .unknown),
            ], "who left before it began had no part in it")
    }

    @Test func oneThatIsBackAnswersForItself() {
        for id: UInt64 in [2, 3] { self.log.join(Made.member(id)) }
        for _ in 2...5 { self.log.commit() }
        self.log.leave(2)
        self.log.join(Made.member(2))
        self.log.say(Made.digest(2, applied: 5))
        #expect(
            self.node.standing(of: Self.drain) == [
                DrainReport.Node(name: "node-2", standing: .informed),
                DrainReport.Node(name: "node-3", standing: .pending),
            ])
    }

    @Test func whoIsNotThereWhenEverythingWasReadAnewIsWaitedForAsLongAsAMembershipLasts() {
        for id: UInt64 in [1, 2, 3, 4] { self.log.join(Made.member(id)) }
        for _ in 2...5 { self.log.commit() }
        self.log.say(Made.digest(2, applied: 5))
        self.log.say(Made.digest(3, applied: 4))
        let basis = DigestBasis(applied: Revision(9), hash: .zero)
        self.node.take([.reloaded, .joined(Made.member(1)), .joined(Made.member(4))], basis: basis)
        let later = Digest.PendingDrain(service: Self.service, revision: Revision(9))
        #expect(self.node.standing(of: Self.drain).map(\.standing) == [.informed, .pending, .pending])
        #expect(self.node.standing(of: later).map(\.name) == ["node-2", "node-3", "node-4"])
        #expect(self.node.standing(of: later).map(\.standing) == [.pending, .pending, .pending])
        // What it says counts before it has joined again.
        self.node.take([Made.event(Made.digest(2, 2, applied: 9))], basis: basis)
        #expect(self.node.standing(of: later).map(\.standing) == [.informed, .pending, .pending])
        self.clock.advance(by: .milliseconds(Absentees.patience - 1))
        self.node.take([.joined(Made.member(2))], basis: basis)
        #expect(self.node.standing(of: later).map(\.standing) == [.informed, .pending, .pending])
        self.clock.advance(by: .milliseconds(1))
        self.node.take([], basis: basis)
        #expect(self.node.standing(of: later).map(\.standing) == [.informed, .unknown, .pending])
        let last = Digest.PendingDrain(service: Self.service, revision: Revision(10))
        #expect(self.node.standing(of: last).map(\.name) == ["node-2", "node-4"], "it was lost before")
    }

    @Test func oneThatIsBackAfterItWasLostIsListedOnce() {
        self.log.join(Made.member(2))
        let basis = DigestBasis(applied: Revision(9), hash: .zero)
        self.node.take([.reloaded], basis: basis)
        self.clock.advance(by: .milliseconds(Absentees.patience))
        self.node.take([], basis: basis)
        self.node.take([.joined(Made.member(2))], basis: basis)
        #expect(self.node.standing(of: Self.drain).map(\.standing) == [.pending])
        self.node.take([.reloaded], basis: basis)
        #expect(self.node.standing(of: Self.drain).map(\.standing) == [.pending])
    }
}
