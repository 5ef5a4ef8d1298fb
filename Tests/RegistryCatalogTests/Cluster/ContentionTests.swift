import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Several nodes commit into one service")
struct ContentionTests {
    private static let payments = ServiceKey(name: "payments")
    private let link = FakeClusterLink()

    private static let service: @Sendable (Write) -> Bool = { if case .service = $0.record { true } else { false } }

    /// Another node rewrites the service's record, as the commits of its own instances do.
    private static func touch(_ store: InMemoryStore) async -> CommitOutcome? {
        guard let service = store.contents.services.first else { return nil }
        return await store.commit(
            CommitGroup(
                time: Sample.time,
                writes: [Write(.service(service.key, number: service.number, service), expected: service.revision)])
        ).first
    }

    /// Another node removes an instance, and has not come to its service's record.
    private static func remove(_ id: String, _ store: InMemoryStore) async {
        guard let stored = store.contents.instances.first(where: { $0.instance.id == id }) else { return }
        let write = Write(
            .instance(InstanceKey(id), number: stored.instance.number, service: stored.service, nil),
            expected: stored.instance.revision)
        _ = await store.commit(CommitGroup(time: Sample.time, writes: [write]))
    }

    @Test("However often neighbours win the race for the service's record, nobody is told of a conflict")
    func neighbours() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            live.store.plan(
                .conflict(Self.service), .conflict(Self.service), .conflict(Self.service), .conflict(Self.service),
                .conflict(Self.service), .conflict(Self.service), .conflict(Self.service), .conflict(Self.service))
            #expect(try await live.perform(.patch("a") { $0.weight = 7 }).instance?.instance.spec.weight == 7)
            #expect(try await live.history().map(\.cause) == [.register, .update], "done once")
        }
    }

    @Test("A service's own fields can be changed however busy it is")
    func serviceItself() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            for _ in 0..<8 { live.store.plan(.conflict(Self.service)) }
            var patch = ServicePatch()
            patch.type = .some("http")
            _ = try await live.perform(.updateService(Self.payments, patch, ifMatch: nil))
            #expect(live.catalog.snapshot(of: Self.payments)?.service.type == "http")
            #expect(
                await code { _ = try await live.perform(.updateService(Self.payments, patch, ifMatch: Revision(1))) }
                    == .preconditionFailed)
        }
    }

    /// What the other wrote after the instance was committed tells of that, so there is nothing left to write.
    @Test("A neighbour's later rewrite of the record counts")
    func later() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let store = live.store
            store.plan(.conflict(Self.service))
            live.shared?.beforeNextCommit({}, { _ = await Self.touch(store) })
            let result = try await live.register("b")
            #expect(result.created)
            // The first with the instance alone, the neighbour's, and one that met its conflict; none after that.
            #expect(store.groups.dropFirst().map(\.writes.count) == [2, 1, 1])
            let shown = try #require(live.catalog.snapshot(of: Self.payments)?.revision)
            #expect(result.revision == Revision(2), "that of its own write")
            #expect(shown > result.revision)
            #expect(store.contents.services.map(\.revision) == [shown], "no step is lost by a restart")
        }
    }

    /// The instance is committed; before its service's record is, another node takes it off the roll again.
    @Test("What was done is not done once more when others have decided on it since")
    func once() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let store = live.store
            store.plan(.conflict(Self.service), nil, .conflict(Self.service))
            live.shared?.beforeNextCommit({}, { await Self.remove("b", store) })
            _ = try await live.register("b")
            #expect(live.record("b") == nil)
            #expect(try await live.history().map(\.cause) == [.register, .register])
            let shown = try #require(live.catalog.snapshot(of: Self.payments)?.revision)
            try await live.advance(by: .seconds(2), step: .milliseconds(500))
            try await eventually { (store.contents.services.first?.revision ?? .zero) >= shown }
        }
    }

    /// It would be gone, and an instance of it stay, if only its own record's write came through.
    @Test("A service is not removed together with what empties it", arguments: [false, true])
    func emptied(meetsConflict: Bool) async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            if meetsConflict {
                live.store.plan(.conflict { if case .instance(_, _, _, nil) = $0.record { true } else { false } })
            }
            let commands = [Command.leave("a"), .deleteService(Self.payments, ifMatch: nil)]
            for result in await live.catalog.perform(commands, actor: "tester") { _ = try result.get() }
            #expect(live.catalog.snapshot(of: Self.payments) == nil)
            #expect(live.store.contents.instances.isEmpty && live.store.contents.services.isEmpty)
            let removals = live.store.groups.filter { group in
                group.writes.contains { if case .service(_, _, nil) = $0.record { true } else { false } }
            }
            #expect(removals.map(\.writes.count) == [1])
            #expect(try await live.history().map(\.cause) == [.register, .deregister, .deleteService])
        }
    }

    /// The same of an operator's decisions on an instance, and on its service.
    @Test("A decision that another one followed is not taken once more", arguments: ["a", nil])
    func decision(instance: String?) async throws {
        let key = OverrideKey(service: Self.payments, instance: instance)
        let later = Sample.override(number: 7, status: .draining)
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let store = live.store
            func contend(_ write: @escaping @Sendable () -> Write) {
                store.plan(.conflict(Self.service), nil, .conflict(Self.service))
                live.shared?.beforeNextCommit(
                    {}, { _ = await store.commit(CommitGroup(time: Sample.time, writes: [write()])) })
            }
            let put = Command.putOverride(key, OverrideRequest(weight: 7))
            contend {
                Write(.override(key, number: 1, nil), expected: store.contents.overrides.first?.override.revision)
            }
            _ = try await live.perform(put)
            #expect(live.catalog.override(of: key) == nil)
            _ = try await live.perform(put)
            contend { Write(.override(key, number: 7, later), expected: nil) }
            _ = try await live.perform(.liftOverride(key))
            #expect(live.catalog.override(of: key)?.status == .draining)
            #expect(try await live.history().map(\.cause) == [.register, .override, .override, .liftOverride])
        }
    }

    @Test("Two that make a service at once both come through")
    func made() async throws {
        try await withCatalog(link: self.link) { live in
            let store = live.store
            live.shared?.beforeNextCommit({
                _ = await store.commit(
                    CommitGroup(
                        time: Sample.time,
                        writes: [
                            Write(.service(Self.payments, number: 7, Sample.service(number: 7)), expected: nil),
                            Write(
                                .instance(InstanceKey("a"), number: 8, service: 7, Sample.instance("a", number: 8)),
                                expected: nil),
                        ]))
            })
            let result = try await live.register("b")
            #expect(result.created)
            #expect(live.catalog.snapshot(of: Self.payments)?.instances.map(\.id) == ["a", "b"])
            #expect(store.contents.services.map(\.number) == [7])
        }
    }

    @Test("A record that nobody has completed is completed by the first in rank")
    func behind() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a", ttl: .never)
            // It stopped before it had written the service's record.
            await Self.remove("a", live.store)
            try await eventually { live.record() == nil }
            let removed = try #require(live.catalog.snapshot(of: Self.payments)?.revision)
            #expect(live.store.contents.services.map(\.revision) != [removed])
            try await live.advance(by: .seconds(2), step: .milliseconds(500))
            try await eventually { (live.store.contents.services.first?.revision ?? .zero) > removed }
            #expect(live.store.contents.services.first?.emptySince != nil)
            #expect(live.catalog.snapshot(of: Self.payments)?.revision == live.store.contents.services.first?.revision)
            let groups = live.store.groups.count
            try await live.advance(by: .seconds(3), step: .milliseconds(500))
            #expect(live.store.groups.count == groups, "once")
        }
    }

    @Test("A registration that is completed later still counts as a heartbeat")
    func announced() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            let number = try #require(live.record()?.instance.number)
            live.store.plan(.conflict(Self.service))
            try await live.register("a") { $0.weight = 7 }
            #expect(self.link.announced == [[number]])
        }
    }
}
