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

    /// A new process in place of an instance's, which counts as a heartbeat too; all that wait are told that theirs is in the store.
    private func replace(_ live: LiveCatalog, by incarnation: Int64) async throws {
        let waiting = self.link.waitingCount
        async let registered = live.register("a", incarnation: incarnation)
        try await eventually { self.link.waitingCount == waiting + 1 }
        self.link.complete()
        _ = try await registered
    }

    private static func outcome(_ renewal: UnannouncedRenewal) async -> RegistryError.Code? {
        await withCheckedContinuation { continuation in
            renewal.announce { continuation.resume(returning: $0?.code) }
        }
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

    @Test("One that was registered anew before its beat was in the store is announced once more, by its new number")
    func replaced() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a", incarnation: 1)
            self.link.hold()
            async let result = Self.beat(live)
            try await eventually { self.link.waitingCount == 1 }
            try await self.replace(live, by: 2)
            let number = try #require(live.record()?.instance.number)
            try await eventually { self.link.waitingCount == 1 }
            #expect(self.link.announced.last == [number])
            self.link.complete()
            #expect(try await result.renewed == 1)

            async let again = code { _ = try await Self.beat(live) }
            for incarnation: Int64 in [3, 4] {
                try await eventually { self.link.waitingCount == 1 }
                try await self.replace(live, by: incarnation)
            }
            #expect(await again == .behind)
        }
    }

    @Test("One that went before its beat was in the store is unknown, and nothing else is lost by that")
    func removed() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            try await live.register("b") { $0.port = 9 }
            self.link.hold()
            async let result = live.catalog.heartbeat(
                [Heartbeat(key: InstanceKey("a")), Heartbeat(key: InstanceKey("b"))], actor: "tester")
            try await eventually { self.link.waitingCount == 1 }
            _ = try await live.catalog.perform(.deregister(InstanceKey("a"), incarnation: nil), actor: "tester")
            self.link.complete()
            #expect(try await result == HeartbeatResult(renewed: 1, unknown: [0], stale: []))
        }
    }

    @Test(
        "Alone, it is not acknowledged either: by a report, on the event loop, or as a registration that changes nothing"
    )
    func outdated() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a", incarnation: 1)
            try await live.register("b") { $0.port = 9 }
            self.link.hold()
            let renewals = ["a", "b"].compactMap { id in
                live.record(id).flatMap { live.catalog.beginRenewal(of: $0, InstanceKey(id), incarnation: nil) }
            }
            try #require(renewals.count == 2)
            async let replaced = Self.outcome(renewals[0])
            async let removed = Self.outcome(renewals[1])
            async let report = code {
                _ = try await live.catalog.report(InstanceKey("a"), HealthReport(), actor: "tester")
            }
            async let registration = code { try await live.register("a", incarnation: 1) }
            try await eventually { self.link.waitingCount == 4 }
            _ = try await live.catalog.perform(.deregister(InstanceKey("b"), incarnation: nil), actor: "tester")
            try await self.replace(live, by: 2)
            #expect(await report == .behind)
            #expect(await registration == .behind)
            #expect(await replaced == .behind)
            #expect(await removed == .unknownInstance)
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
