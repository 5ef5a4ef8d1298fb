import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("More drains, or changed services, than a node can name")
struct ManyDrainsTests {
    private static let payments = ServiceKey(name: "payments")
    private static let orders = ServiceKey(name: "orders")
    /// More than are kept one by one.
    private static let many = (0...ClusterDrains.limit).map { ServiceKey(name: "s\($0)") }

    private let clock = ManualClock()
    private let roll: SubscriberRoll
    private let hub = WatchHub(index: SnapshotIndex(), settings: CatalogSettings())
    private let drains: ClusterDrains

    init() {
        self.roll = SubscriberRoll(clock: self.clock)
        self.drains = ClusterDrains(roll: self.roll, hub: self.hub, clock: self.clock, isShared: true)
    }

    private var hasMore: Bool { self.drains.pending(limit: 9).hasMore }

    private func drain(_ service: ServiceKey, at revision: Int64) {
        let change = Change(
            revision: Revision(revision), time: Sample.time, service: service, instance: "a", cause: .drain,
            actor: "tester")
        self.drains.note(
            CommittedBatch(revision: Revision(revision), time: Sample.time, records: [], changes: [change]))
    }

    private func callback(of service: ServiceKey, _ confirmed: Int64 = 1) -> SubscriberTicket {
        self.roll.begin(webhook: service.name, client: "web", of: service, confirmed: Revision(confirmed))
    }

    private func stream(_ id: String, _ scope: WatchScope, resumed: Int64? = 1) -> SubscriberTicket {
        let from = resumed.map { Revision($0) }
        let watch = Watch(id: id, client: "web", scope: scope, from: from, hub: self.hub, clock: self.clock)
        return self.roll.begin(
            watch, ReaderName(client: "web", address: "127.0.0.5"), where: InstanceFilter(), resumed: from)
    }

    @Test("One beyond those that are kept by name is pending until it is taken over, not only the others")
    func beyondNames() {
        let ticket = self.callback(of: Self.payments)
        let last = Int64(ClusterDrains.limit) + 3
        for revision in 2...last { self.drain(Self.payments, at: revision) }
        #expect(self.drains.pending(limit: 9).drains.count == 9)
        ticket.confirm(Revision(last - 1))
        #expect(self.drains.pending(limit: 9).drains.isEmpty)
        #expect(self.hasMore)
        ticket.confirm(Revision(last))
        #expect(!self.hasMore)
    }

    @Test("It is not said for longer than anybody may wait for it, and not for less")
    func ageOfOverflow() {
        let ticket = self.callback(of: Self.payments)
        for revision in 2...Int64(ClusterDrains.limit) + 2 { self.drain(Self.payments, at: revision) }
        ticket.confirm(Revision(Int64(ClusterDrains.limit) + 1))
        self.drains.note(reloaded: [(Self.payments, Revision(9_000))])
        self.clock.advance(by: .minutes(15))
        #expect(self.hasMore)
        self.clock.advance(by: .milliseconds(1))
        #expect(!self.hasMore)
    }

    @Test("However many services changed with what was read anew, it is over as soon as their readers have all of them")
    func manyServices() {
        let all = self.stream("all", .everything)
        let one = self.callback(of: Self.many[7])
        self.drains.note(reloaded: Self.many.enumerated().map { ($1, Revision(Int64($0) + 2)) })
        all.confirm(Revision(Int64(Self.many.count)))
        one.confirm(Revision(9))
        #expect(self.hasMore, "one service is newer than what the stream has confirmed")
        all.confirm(Revision(Int64(Self.many.count) + 1))
        #expect(!self.hasMore)
    }

    @Test("Each reader has to come as far as the services that it reads, and no further")
    func ownRevision() {
        let tickets = [Self.payments, Self.orders].map { self.callback(of: $0) }
        let elsewhere = self.stream("elsewhere", .namespace("elsewhere"))
        self.drains.note(reloaded: [(Self.payments, Revision(5)), (Self.orders, Revision(8))])
        tickets[0].confirm(Revision(5))
        tickets[1].confirm(Revision(7))
        #expect(self.hasMore)
        tickets[1].confirm(Revision(8))
        #expect(!self.hasMore)
        elsewhere.end()
    }

    @Test("Another time that everything is read anew adds to what is waited for")
    func again() {
        let tickets = [Self.payments, Self.orders].map { self.callback(of: $0) }
        self.drains.note(reloaded: [(Self.payments, Revision(5)), (Self.orders, Revision(5))])
        self.drains.note(reloaded: [(Self.orders, Revision(6))])
        self.drains.note(reloaded: [(Self.orders, Revision(4))])
        tickets[0].confirm(Revision(4))
        tickets[1].confirm(Revision(6))
        #expect(self.hasMore, "of the first time")
        tickets[0].confirm(Revision(5))
        #expect(!self.hasMore)
        self.drains.note(reloaded: [(Self.orders, Revision(8))])
        self.drains.note(reloaded: [(Self.orders, Revision(7))])
        tickets[1].confirm(Revision(7))
        #expect(self.hasMore, "up to the newest")
        tickets[1].confirm(Revision(8))
        #expect(!self.hasMore)
    }

    @Test(
        "A stream that breaks off and comes back is still waited for; one that begins from nothing, or is gone, is not")
    func comingBack() {
        self.stream("first", .everything).end()
        self.drains.note(reloaded: [(Self.payments, Revision(5))])
        let second = self.stream("second", .everything)
        #expect(self.hasMore)
        let third = self.stream("third", .everything, resumed: nil)
        self.drains.note(reloaded: [(Self.payments, Revision(5))])
        second.confirm(Revision(5))
        #expect(self.hasMore)
        third.begin(at: Revision(5))
        #expect(!self.hasMore)
        self.drains.note(reloaded: [(Self.payments, Revision(6))])
        second.confirm(Revision(6))
        third.end()
        #expect(self.hasMore)
        self.roll.tick(now: self.clock.monotonicMilliseconds + SubscriberTable.linger)
        #expect(!self.hasMore)
    }

    @Test("One that never confirms does not hold up all drains for longer than half a minute after that")
    func silentReader() {
        let ticket = self.stream("silent", .everything)
        self.drains.note(reloaded: [(Self.payments, Revision(5))])
        self.clock.advance(by: .seconds(30))
        #expect(self.hasMore)
        self.clock.advance(by: .milliseconds(1))
        #expect(!self.hasMore)
        // What is known by name it still does.
        self.drain(Self.payments, at: 6)
        self.clock.advance(by: .minutes(5))
        #expect(self.drains.pending(limit: 9).drains.map(\.revision) == [Revision(6)])
        ticket.end()
    }

    @Test("Drains that nobody has to take over leave room for others")
    func unread() {
        for revision in 2...Int64(ClusterDrains.limit) + 2 { self.drain(Self.orders, at: revision) }
        #expect(self.roll.openDrains == 0)
        let ticket = self.callback(of: Self.payments)
        self.drain(Self.payments, at: 5_000)
        #expect(self.drains.pending(limit: 9).drains.map(\.revision) == [Revision(5_000)])
        ticket.end()
    }

    @Test("Waits that are over are not kept in the roll")
    func ended() {
        let ticket = self.callback(of: Self.payments)
        self.drain(Self.payments, at: 2)
        self.drain(Self.payments, at: 2)
        for revision: Int64 in 3...5 { self.drains.note(reloaded: [(Self.payments, Revision(revision))]) }
        #expect(self.roll.openDrains == 1)
        ticket.confirm(Revision(5))
        #expect(!self.hasMore)
        #expect(self.roll.openDrains == 0)
    }
}
