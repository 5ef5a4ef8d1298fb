import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Work that one of several nodes does")
struct DutyTests {
    private static let payments = ServiceKey(name: "payments")
    private static let orders = ServiceKey(name: "orders")

    @Test("Alone everything is this node's; with others, what it is first in rank for")
    func onDuty() async throws {
        try await withCatalog { live in
            #expect(live.catalog.isOnDuty(for: Self.payments))
            #expect(live.catalog.precedence(of: Self.payments) == .zero)
            #expect(!live.catalog.isCutOff)
        }
        let link = FakeClusterLink()
        link.setRank(2, for: Self.orders)
        try await withCatalog(link: link) { live in
            #expect(live.catalog.isOnDuty(for: Self.payments))
            #expect(!live.catalog.isOnDuty(for: Self.orders))
            #expect(live.catalog.precedence(of: Self.orders) == .seconds(6))
        }
    }

    @Test("What is left to others is taken up when it is still there after their time")
    func turns() {
        var turns = Turns()
        let ranks: [ServiceKey: Int64] = [Self.payments: 0, Self.orders: 2]
        func own(_ services: [ServiceKey], at now: Int64) -> [ServiceKey] {
            turns.take(services.map { .purgeService($0) }, now: now) { .seconds(3 * (ranks[$0] ?? 0)) }.map(\.service)
        }
        #expect(own([Self.payments, Self.orders], at: 1_000) == [Self.payments])
        #expect(own([Self.orders], at: 6_999) == [])
        #expect(own([Self.orders], at: 7_000) == [Self.orders])
        // It was done; what comes later waits for its turn again.
        #expect(own([], at: 7_500) == [])
        #expect(own([Self.orders], at: 8_000) == [])
        #expect(own([Self.orders], at: 13_999) == [])
        #expect(own([Self.orders], at: 14_000) == [Self.orders])
    }

    @Test(
        "An override that ran out is ended by the first in rank, and by the next if that is stuck", arguments: [0, 1])
    func overrides(rank: Int64) async throws {
        let link = FakeClusterLink()
        link.rank = Int(rank)
        try await withCatalog(link: link) { live in
            try await live.register(ttl: .never)
            let request = OverrideRequest(status: .outOfService, expiresAfter: .seconds(1))
            _ = try await live.perform(.putOverride(OverrideKey(service: Self.payments), request))
            try await live.advance(by: .milliseconds(1_000 + rank * 3_000), step: .milliseconds(500))
            #expect(live.catalog.counts.overrides == 1)
            try await live.advance(by: .milliseconds(1_000), step: .milliseconds(500))
            try await eventually { live.catalog.counts.overrides == 0 }
        }
    }

    @Test("Empty services are forgotten by the first in rank, and by the next if that is stuck")
    func housekeeping() async throws {
        let link = FakeClusterLink()
        link.rank = 1
        let settings = CatalogSettings(emptyServiceRetention: .minutes(10))
        try await withCatalog(settings: settings, link: link) { live in
            try await live.register(ttl: .never)
            _ = try await live.perform(.leave())
            // It looks once a minute: at the first look it leaves it to the other, at the next it does it.
            try await live.advance(by: .milliseconds(10 * 60_000 + 59_000), step: .seconds(1))
            #expect(live.catalog.counts.services == 1)
            try await live.advance(by: .minutes(1), step: .seconds(1))
            try await eventually { live.catalog.counts.services == 0 }
        }
    }

    @Test("When members come or go, all checks and all subscriptions are looked at again; a digest moves nothing")
    func membership() async throws {
        let link = FakeClusterLink()
        try await withCatalog(link: link) { live in
            try await live.register("a") { $0.checks = [HealthCheck(name: "web", kind: .http)] }
            let probed = live.catalog.followProbedInstances()
            #expect(await probed.next(limit: 10)?.map(\.id) == ["a"])
            _ = await live.catalog.subscriptionChanges.next()
            live.shared?.tell(.digest(SharedHeartbeatTests.digest(1, []), position: 1))
            let member = Member(
                id: 9, node: "n", address: "127.0.0.9:1", version: "1", schema: 1, startedAt: Sample.time)
            for event in [ClusterEvent.joined(member), .left(9), .reloaded] {
                live.shared?.tell(event)
                #expect(await probed.next(limit: 10)?.map(\.id) == ["a"])
                #expect(await live.catalog.subscriptionChanges.next() == .all)
            }
        }
    }

    @Test("The doubt about everything lasts while those that fell are flagged, which takes several commits")
    func wideInParts() async throws {
        let link = FakeClusterLink()
        try await withCatalog(link: link) { live in
            let commands = (0..<600).map { Command.register(Sample.registration("s\($0)", id: "i", spec: Self.spec)) }
            _ = await live.catalog.perform(commands, actor: "tester")
            try await live.advance(by: .seconds(8))
            try await Self.beat(live, 0..<200)
            try await live.advance(by: .seconds(3))
            try await eventually { live.catalog.counts.isWidelyProtected }
            for _ in 0..<5 where live.catalog.counts.suspect < 400 { try await live.advance(by: .seconds(1)) }
            try await eventually { live.catalog.counts.suspect == 400 }
            #expect(live.catalog.counts.isWidelyProtected)
            #expect(live.store.groups.filter { $0.writes.count > 100 }.count > 4)
        }
    }

    private static let spec = Sample.spec(ttl: .after(.seconds(10)))

    private static func beat(_ live: LiveCatalog, _ services: Range<Int>) async throws {
        let beats = services.map { Heartbeat(key: InstanceKey("i", in: "s\($0)")) }
        #expect(try await live.catalog.heartbeat(beats, actor: "tester").renewed == services.count)
    }

    /// Were it the time of each node's own clock, one could begin it and the other end it again.
    @Test("Nodes that apply the same commits at other times come to the same doubt about everything")
    func wide() async throws {
        let link = FakeClusterLink()
        let store = InMemoryStore()
        try await withCatalog(store: store, link: link) { live in
            for index in 0..<30 { try await live.register("i", in: "s\(index)", ttl: .after(.seconds(10))) }
            try await live.advance(by: .seconds(8))
            try await Self.beat(live, 0..<10)
            try await live.advance(by: .seconds(3))
            try await eventually { live.catalog.counts.isWidelyProtected }
        }
        // Another applies them one second after the other, far more slowly than they came about.
        var states = [CatalogState(), CatalogState()]
        for index in states.indices { states[index].wide = WideProtection(window: CatalogSettings().ttl) }
        var generator = SeededGenerator(seed: 3)
        var turns: [[WideProtection.Turn?]] = [[], []]
        for batch in Self.fall(of: 24, using: &generator) {
            for index in states.indices {
                let applied = states[index].apply(batch) { _, _, _ in nil }
                turns[index].append(
                    states[index].reviewWide(applied, now: batch.time.milliseconds, at: batch.time))
            }
        }
        #expect(turns[0].contains(.began))
        #expect(turns[0] == turns[1])
    }

    /// Services with an instance each, which fall one after another.
    private static func fall(of count: Int64, using generator: inout SeededGenerator) -> [CommittedBatch] {
        func batch(_ revision: Int64, _ id: Int64, _ health: Health) -> CommittedBatch {
            let key = ServiceKey(name: "s\(id)")
            let time = Sample.time.advanced(by: .milliseconds(revision * 100))
            return CommittedBatch(
                revision: Revision(revision), time: time,
                records: [
                    Write.Record.service(key, number: id, Sample.service("s\(id)", number: id)),
                    .instance(
                        InstanceKey("i", in: "s\(id)"), number: 100 + id, service: id,
                        Sample.instance("i", number: 100 + id, health: health)),
                ].map { $0.at(Revision(revision)) }, changes: [])
        }
        let silent = Sample.health().adding(.silence, cause: .expire, error: "No heartbeat.", at: Sample.time)
        return (1...count).map { batch($0, $0, Sample.health()) }
            + (1...count).shuffled(using: &generator).enumerated().map { index, id in
                batch(count + 1 + Int64(index), id, silent ?? Sample.health())
            }
    }
}
