import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import RegistryCatalog

/// What is already as it is to be may have become otherwise at another node a moment ago: that is asked for before anybody is told.
@Suite("Answers that commit nothing where other nodes may know better")
struct SharedAnswerTests {
    private let link = FakeClusterLink()

    /// Another node changes an instance, of which this one hears when it asks.
    private static func changesElsewhere(
        _ live: LiveCatalog, _ id: String = "a", _ change: @escaping @Sendable (inout Instance) -> Void
    ) {
        live.shared?.whenAsked {
            live.shared?.whenAsked(nil)
            guard let stored = live.store.contents.instances.first(where: { $0.instance.id == id }) else { return }
            var instance = stored.instance
            change(&instance)
            let record = Write.Record.instance(
                InstanceKey(id), number: instance.number, service: stored.service, instance)
            _ = await live.store.commit(
                CommitGroup(time: Sample.time, writes: [Write(record, expected: stored.instance.revision)]))
        }
    }

    @Test("An update that changes nothing here changes what another node made of it")
    func update() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a") { $0.weight = 7 }
            Self.changesElsewhere(live) { $0.spec.weight = 9 }
            let result = try await live.perform(.patch("a") { $0.weight = 7 })
            #expect(result.instance?.instance.spec.weight == 7)
            #expect(try await live.history().map(\.cause) == [.register, .update])
        }
    }

    @Test("What cannot be done as things stand here is done as another node made them")
    func refused() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            #expect(
                await code { _ = try await live.perform(.undrain(InstanceKey("a"), incarnation: nil)) } == .conflict)
            Self.changesElsewhere(live) { $0.spec.status = .draining }
            let result = try await live.perform(.undrain(InstanceKey("a"), incarnation: nil))
            #expect(result.instance?.instance.spec.status == .up)
        }
    }

    @Test("One that was replaced at another node is told so, whatever it asks for, and nobody hears its beat")
    func replaced() async throws {
        try await withCatalog(link: self.link) { live in
            for id in ["a", "b", "c"] {
                try await live.register(id, incarnation: 1) { $0.port = UInt16(id.utf8.first ?? 0) }
            }
            let number = live.record("c")?.instance.number
            for id in ["a", "b", "c"] {
                Self.changesElsewhere(live, id) {
                    $0.incarnation = 2
                    $0.number += 500
                }
                let answer = await code {
                    switch id {
                    case "a": try await live.register("a", incarnation: 1) { $0.port = 97 }
                    case "b": _ = try await live.perform(.patch("b", incarnation: 1) { $0.weight = 100 })
                    default:
                        _ = try await live.catalog.report(
                            InstanceKey("c"), HealthReport(status: .up, incarnation: 1), actor: "tester")
                    }
                }
                #expect(answer == .staleIncarnation, "\(id)")
            }
            // The report came with a beat, of a number that nobody bears any more.
            #expect(self.link.announced == [[number].compactMap { $0 }])
        }
    }

    @Test("A report of what is so here already is taken over what another node was told")
    func report() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            Self.changesElsewhere(live) {
                $0.health = $0.health.adding(.report, cause: .report, error: "DOWN", at: Sample.time) ?? $0.health
            }
            _ = try await live.catalog.report(InstanceKey("a"), HealthReport(status: .up), actor: "tester")
            #expect(live.health() == .up)
            #expect(try await live.history().map(\.cause) == [.register, .report])
        }
    }

    @Test("Nothing is said to be so while the store does not say what is newest")
    func away() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            live.store.outage = StoreError(.unavailable, "the store is away")
            #expect(await code { try await live.register("a") } == .storeUnavailable)
            #expect(await code { _ = try await live.perform(.patch("a") { $0.weight = 100 }) } == .storeUnavailable)
        }
    }

    @Test("What is committed, and a mere heartbeat, ask for nothing more")
    func cheap() async throws {
        try await withCatalog(link: self.link) { live in
            let asked = Mutex(0)
            live.shared?.whenAsked { asked.withLock { $0 += 1 } }
            try await live.register("a")
            try await live.register("a") { $0.weight = 7 }
            _ = try await live.perform(.patch("a") { $0.weight = 8 })
            _ = try await live.catalog.report(InstanceKey("a"), HealthReport(), actor: "tester")
            _ = try await live.catalog.heartbeat([Heartbeat(key: InstanceKey("a"))], actor: "tester")
            #expect(asked.withLock { $0 } == 0)
            _ = try await live.perform(.patch("a") { $0.weight = 8 })
            #expect(asked.withLock { $0 } == 1)
        }
    }

    @Test("What a later command of the same request has committed stays")
    func order() async throws {
        try await withCatalog(link: self.link) { live in
            try await live.register("a")
            var changed = Sample.spec(ttl: .after(.seconds(10)))
            let same = Command.register(Sample.registration(id: "a", spec: changed))
            changed.weight = 7
            let other = Command.register(Sample.registration(id: "a", spec: changed))
            for result in await live.catalog.perform([same, other], actor: "tester") { _ = try result.get() }
            #expect(live.record()?.instance.spec.weight == 7)
            for result in await live.catalog.perform([other, same, same], actor: "tester") { _ = try result.get() }
            #expect(live.record()?.instance.spec.weight == 100)
        }
    }

    @Test("Who cannot wait in a task is told to ask again")
    func direct() async throws {
        try await withCatalog(link: self.link) { live in
            let registration = Sample.registration(id: "a", spec: Sample.spec(ttl: .after(.seconds(10))))
            func register() async -> RegistryError.Code? {
                await code {
                    _ = try await withCheckedContinuation { continuation in
                        live.catalog.perform(.register(registration), actor: "tester") {
                            continuation.resume(returning: $0)
                        }
                    }.get()
                }
            }
            #expect(await register() == nil)
            #expect(await register() == .behind)
            #expect(self.link.announced.isEmpty)
        }
    }
}
