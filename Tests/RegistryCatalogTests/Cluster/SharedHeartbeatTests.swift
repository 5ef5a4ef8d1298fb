import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Heartbeats where other nodes have to hear of them")
struct SharedHeartbeatTests {
    private let link = FakeClusterLink()

    private static func beat(_ live: LiveCatalog, _ id: String = "a") async throws -> HeartbeatResult {
        try await live.catalog.heartbeat([Heartbeat(key: InstanceKey(id))], actor: "tester")
    }

    @Test("It is answered when the announcement is complete, and not before")
    func answered() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register()
            let number = try #require(live.record()?.instance.number)
            self.link.hold()
            let answered = Flag()
            async let result: HeartbeatResult = {
                defer { answered.set() }
                return try await Self.beat(live)
            }()
            try await eventually { self.link.waitingCount == 1 }
            #expect(!answered.isSet)
            #expect(self.link.announced.last == [number])
            self.link.complete()
            #expect(try await result == HeartbeatResult(renewed: 1, unknown: [], stale: []))
        }
    }

    @Test("What the others did not get is an error")
    func refused() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register()
            self.link.hold()
            async let answer = code { _ = try await Self.beat(live) }
            async let report = code {
                _ = try await live.catalog.report(InstanceKey(), HealthReport(status: .up), actor: "tester")
            }
            try await eventually { self.link.waitingCount == 2 }
            self.link.complete(RegistryError(.storeUnavailable, "not confirmed"))
            #expect(await answer == .storeUnavailable)
            #expect(await report == .storeUnavailable)
        }
    }

    @Test("It counts here at once, also while it is not confirmed")
    func own() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register(ttl: .after(.seconds(10)))
            self.link.hold()
            try await live.advance(by: .seconds(9))
            async let answer = code { _ = try await Self.beat(live) }
            try await eventually { self.link.waitingCount == 1 }
            try await live.advance(by: .seconds(9))
            #expect(live.health() == .up && !live.isOverdue())
            self.link.complete()
            #expect(await answer == nil)
        }
    }

    @Test("One that another node registered meanwhile is found behind a barrier")
    func barrier() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let service = try #require(live.store.contents.services.first)
            live.shared?.whenAsked {
                let instance = Sample.instance("b", number: 7, spec: Sample.spec(ttl: .after(.seconds(10))))
                _ = await live.store.commit(
                    CommitGroup(
                        time: Sample.time,
                        writes: [
                            Write(
                                .instance(
                                    InstanceKey("b"), number: 7, service: service.number, instance), expected: nil)
                        ]))
            }
            #expect(try await Self.beat(live, "b").renewed == 1)
            #expect(self.link.announced.last == [7])
            live.shared?.whenAsked(nil)
            #expect(try await Self.beat(live, "z").unknown == [0])
            let unknown = await code {
                _ = try await live.catalog.report(InstanceKey("z"), HealthReport(), actor: "tester")
            }
            #expect(unknown == .unknownInstance)
        }
    }

    @Test("Whether it is unknown cannot be told while the store does not answer")
    func away() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            live.store.outage = StoreError(.unavailable, "the store is away")
            #expect(await code { _ = try await Self.beat(live, "z") } == .storeUnavailable)
        }
    }

    @Test("A registration that counts as a heartbeat is announced, one that all hear of by its commit is not")
    func registration() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            #expect(self.link.announced.isEmpty)
            try await live.register("a")
            try await live.register("a") { $0.weight = 7 }
            let number = try #require(live.record()?.instance.number)
            #expect(self.link.announced == [[number], [number]])
        }
    }

    @Test("Others' digests renew by number, and one of an earlier process renews nothing")
    func digests() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a", ttl: .after(.seconds(10)), incarnation: 1)
            let first = try #require(live.record()?.instance.number)
            try await live.register("b", ttl: .after(.seconds(10)), incarnation: 1) { $0.port = 9 }
            let second = try #require(live.record("b")?.instance.number)
            try await live.register("b", ttl: .after(.seconds(10)), incarnation: 2) { $0.port = 9 }
            #expect(live.record("b")?.instance.number != second, "each process has a number of its own")
            try await live.advance(by: .seconds(9))
            live.shared?.tell(.digest(Self.digest(1, [first, second]), position: 5))
            try await eventually { self.link.taken.count == 1 }
            try await live.advance(by: .seconds(2))
            try await eventually { live.health("b") == .down }
            #expect(live.health("a") == .up)
            try await live.advance(by: .seconds(9))
            try await eventually { live.health("a") == .down }
        }
    }

    static func digest(_ sequence: Int64, _ beats: [Int64], writer: UInt64 = 2) -> Digest {
        Digest(writer: writer, sequence: sequence, applied: .zero, hash: .zero, beats: beats)
    }
}
