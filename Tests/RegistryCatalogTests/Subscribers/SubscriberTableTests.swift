import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// The roll of those who read, without a clock and without a socket.
struct SubscriberTableTests {
    private static let payments = ServiceKey(name: "payments")
    private static let orders = ServiceKey(name: "orders")
    private static let web = ReaderName(client: "web", address: "127.0.0.5")
    private static let shop = ReaderName(client: "shop", address: "127.0.0.6")
    private var table = SubscriberTable(limit: 100)

    private func ids(_ service: ServiceKey = Self.payments) -> [String] {
        self.table.subscribers(of: service).map(\.subscriber.id)
    }

    @discardableResult
    private mutating func stream(
        _ id: String, _ reader: ReaderName = Self.web, _ scope: WatchScope = .services([Self.payments]),
        resumed: Int64? = nil
    ) -> DeliveryMark {
        let subscriber = Subscriber(
            id: id, kind: .stream, client: reader.client, scope: scope, since: Sample.time, isConnected: true)
        return self.table.begin(subscriber, reader, .available, resumed: resumed.map { Revision($0) })
    }

    @discardableResult
    private mutating func ask(_ index: Int64?, by reader: ReaderName = Self.web) -> (id: String, mark: DeliveryMark) {
        self.table.ask(reader, Self.payments, index: index.map { Revision($0) }, at: Sample.time)
    }

    /// A read that is answered with a revision.
    @discardableResult
    private mutating func read(
        _ index: Int64?, by reader: ReaderName = Self.web, answered revision: Int64, now: Int64
    ) -> String {
        let (id, mark) = self.ask(index, by: reader)
        mark.deliver(Revision(revision))
        self.table.leave(id, now: now)
        return id
    }

    @Test mutating func everybodyWhoReadsAServiceIsListed() {
        self.stream("a")
        self.stream("b", Self.shop, .services([Self.orders]))
        self.stream("c", Self.shop, .namespace("default"))
        self.stream("d", Self.shop, .namespace("other"))
        self.stream("e", Self.shop, .everything)
        self.ask(nil)
        #expect(self.ids() == ["a", "c", "e", "reader-1"])
        #expect(self.ids(Self.orders) == ["b", "c", "e"])
        for id in ["a", "b", "c", "d", "e", "reader-1"] { self.table.remove(id) }
        #expect(self.ids().isEmpty)
        #expect(self.table.entries.isEmpty)
    }

    @Test mutating func whatWasWrittenIsDeliveredAndNotConfirmed() throws {
        let mark = self.stream("a")
        #expect(self.table.entries["a"]?.now.delivered == nil)
        mark.offer(Revision(7))
        #expect(self.table.entries["a"]?.now.delivered == nil, "it is only about to be written")
        mark.deliver(Revision(7))
        mark.deliver(Revision(5))
        let now = try #require(self.table.entries["a"]?.now)
        #expect(now.delivered == Revision(7))
        #expect(now.confirmed == nil)
        self.table.confirm("a", Revision(6))
        self.table.confirm("a", Revision(4))
        #expect(self.table.entries["a"]?.now.confirmed == Revision(6))
    }

    @Test mutating func aBlockingReaderCountsUntilTenSecondsAfterItsLastAnswer() {
        let id = self.read(nil, answered: 3, now: 1_000)
        self.table.sweep(now: 10_999)
        #expect(self.ids() == [id])
        #expect(self.read(3, answered: 4, now: 10_999) == id, "one that goes on where it was is the same")
        self.table.sweep(now: 20_998)
        #expect(self.ids() == [id])
        self.table.sweep(now: 20_999)
        #expect(self.ids().isEmpty)
        #expect(self.read(4, answered: 4, now: 30_000) != id)
        let elsewhere = ReaderName(client: "web", address: "127.0.0.9")
        self.read(4, by: elsewhere, answered: 4, now: 30_000)
        #expect(self.ids().count == 2, "the same name at another address is another")
    }

    @Test mutating func aReaderThatWaitsIsKeptHoweverLong() {
        let (id, _) = self.ask(3)
        self.table.sweep(now: .max)
        #expect(self.ids() == [id])
    }

    @Test mutating func readersThatShareANameAreSeveralAndNoneConfirmsForAnother() {
        let (first, firstMark) = self.ask(3)
        let (second, secondMark) = self.ask(3)
        #expect(first != second)
        let drain = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        for (id, mark) in [(first, firstMark), (second, secondMark)] {
            mark.deliver(Revision(4))
            self.table.leave(id, now: 0)
        }
        self.ask(4)
        #expect(self.table.drains[drain]?.confirmed.map(\.id) == [first])
        #expect(self.table.drains[drain]?.awaited == [second])
        self.ask(4)
        #expect(self.table.drains[drain]?.awaited == [])
        #expect(self.ids().count == 2)
    }

    @Test mutating func aReaderThatAsksAgainForTheSameHasNotConfirmed() {
        let id = self.read(3, answered: 3, now: 0)
        let drain = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        #expect(self.read(3, answered: 4, now: 5) == id)
        #expect(self.table.drains[drain]?.awaited == [id])
        #expect(self.read(4, answered: 4, now: 6) == id)
        #expect(self.table.drains[drain]?.awaited == [])
    }

    /// Another reader of the same name begins while the first is between two requests.
    @Test mutating func whoKnowsMoreThanAReaderWasToldIsAnother() {
        let first = self.read(3, answered: 3, now: 0)
        let drain = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        let second = self.read(4, answered: 4, now: 5)
        #expect(second != first)
        let plain = self.read(nil, answered: 4, now: 6)
        #expect(plain != first && plain != second)
        #expect(self.read(nil, answered: 4, now: 7) == plain, "who never says what it knows confirms nothing")
        #expect(self.table.drains[drain]?.awaited == [first])
    }

    @Test mutating func aStreamThatBreaksOffIsKeptAndThenGone() {
        self.stream("a")
        let drain = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        self.table.leave("a", now: 100)
        #expect(self.table.entries["a"]?.now.isConnected == false)
        self.table.sweep(now: 10_099)
        #expect(self.table.drains[drain]?.awaited == ["a"])
        self.table.sweep(now: 10_100)
        #expect(self.table.drains[drain]?.awaited == [])
        #expect(self.table.drains[drain]?.gone.map(\.id) == ["a"])
        #expect(self.table.drains.takeSettled() == [drain])
        #expect(self.table.drains.takeSettled() == [])
    }

    @Test mutating func aStreamThatResumesTakesThePlaceOfTheOneThatBrokeOff() {
        self.stream("a")
        let drain = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        self.table.leave("a", now: 0)
        self.stream("b", resumed: 3)
        #expect(self.ids() == ["b"])
        #expect(self.table.drains[drain]?.awaited == ["b"], "it has not seen the drain yet")
        self.table.leave("b", now: 0)
        self.stream("c", resumed: 4)
        #expect(self.table.drains[drain]?.awaited == [])
        #expect(self.table.drains[drain]?.confirmed.map(\.id) == ["c"])
    }

    @Test mutating func nobodyTakesThePlaceOfAnother() {
        self.stream("a")
        self.stream("open")
        self.table.leave("a", now: 0)
        self.stream("b", Self.shop, resumed: 3)
        self.stream("c", Self.web, .services([Self.orders]), resumed: 3)
        self.stream("d")
        #expect(self.ids() == ["a", "b", "d", "open"])
    }

    @Test mutating func oneThatBeganFromNothingAfterADrainIsNotWaitedFor() {
        self.stream("late")
        self.stream("early")
        self.table.began("late", at: Revision(4))
        self.table.began("early", at: Revision(3))
        let drain = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        #expect(self.table.drains[drain]?.awaited == ["early"])
        self.stream("next")
        let second = self.table.drains.begin(at: Revision(5), awaiting: self.table.subscribers(of: Self.payments))
        self.table.began("next", at: Revision(5))
        #expect(self.table.drains[second]?.awaited == ["early", "late"])
    }

    @Test mutating func thoseThatLeftAreBoundedAndTheFirstIsGoneFirst() {
        self.table = SubscriberTable(limit: 3)
        self.stream("open")
        for number in 1...5 {
            self.read(nil, by: ReaderName(client: "\(number)", address: ""), answered: 1, now: Int64(number))
        }
        #expect(self.ids() == ["open", "reader-3", "reader-4", "reader-5"])
    }

    @Test mutating func askingAgainAndAgainLeavesNothingBehind() {
        self.table = SubscriberTable(limit: 3)
        for turn in 1...10_000 { self.read(Int64(turn), answered: Int64(turn + 1), now: 0) }
        #expect(self.ids().count == 1)
        self.table.sweep(now: 10_000)
        #expect(self.table.entries.isEmpty)
    }

    @Test mutating func manyDrainsAtOnceEachHaveTheirOwn() {
        self.stream("a")
        self.stream("b", Self.shop)
        let first = self.table.drains.begin(at: Revision(4), awaiting: self.table.subscribers(of: Self.payments))
        let second = self.table.drains.begin(at: Revision(6), awaiting: self.table.subscribers(of: Self.payments))
        self.table.confirm("a", Revision(5))
        #expect(self.table.drains[first]?.awaited == ["b"])
        #expect(self.table.drains[second]?.awaited == ["a", "b"])
        self.table.confirm("b", Revision(6))
        #expect(self.table.drains.takeSettled() == [first])
        self.table.drains.end(first)
        self.table.confirm("a", Revision(6))
        #expect(self.table.drains.takeSettled() == [second])
        let third = self.table.drains.begin(at: Revision(6), awaiting: self.table.subscribers(of: Self.payments))
        #expect(self.table.drains[third]?.awaited == [], "what was confirmed before counts")
        #expect(self.table.drains[third]?.confirmed.count == 2)
        #expect(self.table.drains.awaited == 0)
        self.stream("c", Self.shop)
        let fourth = self.table.drains.begin(at: Revision(7), awaiting: self.table.subscribers(of: Self.payments))
        #expect(self.table.drains.awaited == 3)
        self.table.remove("c")
        #expect(self.table.drains.awaited == 2)
        for drain in [second, third, fourth] { self.table.drains.end(drain) }
        #expect(self.table.drains.awaited == 0)
        #expect(self.table.drains.count == 0)
    }
}
