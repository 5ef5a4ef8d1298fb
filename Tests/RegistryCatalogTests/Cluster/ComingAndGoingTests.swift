import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// What comes and goes within one group is compared with nothing that is stored, so whoever asked for it cannot be told that it was done.
@Suite("Where nodes share the store nothing comes and goes within a group")
struct ComingAndGoingTests {
    private let link = FakeClusterLink()
    private static let payments = ServiceKey(name: "payments")

    @Test("A registration that somebody takes back at once is done, and not done again after that")
    func instance() async throws {
        try await withCatalog(link: self.link) { live in
            let (came, went) = try await Self.together(
                live, .register("a"), .deregister(InstanceKey("a"), incarnation: nil))
            #expect(try came.get().created)
            #expect(try came.get().revision < went.get().revision)
            #expect(live.catalog.snapshot(of: Self.payments)?.instance("a") == nil)
            #expect(try await live.history().map(\.cause) == [.register, .register, .deregister])
        }
    }

    @Test("The same of a decision, which does not come back")
    func decision() async throws {
        let key = OverrideKey(service: Self.payments)
        try await withCatalog(link: self.link) { live in
            let (came, went) = try await Self.together(
                live, .putOverride(key, OverrideRequest(weight: 7)), .liftOverride(key))
            #expect(try came.get().revision < went.get().revision)
            #expect(live.catalog.override(of: key) == nil)
            #expect(try await live.history().map(\.cause) == [.register, .override, .liftOverride])
        }
    }

    @Test("The same of a process that another one takes the place of")
    func ghost() async throws {
        func registration(_ id: String, _ incarnation: Int64) -> Command {
            .register(id, incarnation: incarnation) { $0.port = 4_711 }
        }
        try await withCatalog(link: self.link) { live in
            let (came, took) = try await Self.together(live, registration("a", 1), registration("b", 2))
            #expect(try came.get().created)
            #expect(try took.get().created)
            #expect(live.catalog.snapshot(of: Self.payments)?.instances.map(\.id).sorted() == ["b", "other"])
            #expect(try await live.history().map(\.cause) == [.register, .register, .register, .superseded])
        }
    }

    @Test("What comes after one that has to wait, and is about the same instance, waits too")
    func order() async throws {
        func registration(_ id: String, _ incarnation: Int64, port: UInt16) -> Command {
            .register(id, incarnation: incarnation) { $0.port = port }
        }
        try await withCatalog(link: self.link) { live in
            let batch = [registration("a", 1, port: 1), registration("b", 2, port: 1), registration("b", 2, port: 2)]
            for result in await live.catalog.perform(batch, actor: "tester") { _ = try result.get() }
            let shown = try #require(live.catalog.snapshot(of: Self.payments)?.instances)
            #expect(shown.map { "\($0.id):\($0.instance.spec.port)" } == ["b:2"])
        }
    }

    /// Both are decided in one group, in this order.
    private static func together(
        _ live: LiveCatalog, _ first: Command, _ second: Command
    ) async throws -> (Result<CommandResult, RegistryError>, Result<CommandResult, RegistryError>) {
        live.store.hold()
        async let other = live.register("other")
        await live.store.waitForHeld()
        async let one = live.catalog.perform([first], actor: "tester")
        try await eventually { live.catalog.counts.queuedCommands == 1 }
        async let two = live.catalog.perform([second], actor: "tester")
        try await eventually { live.catalog.counts.queuedCommands == 2 }
        live.store.release()
        _ = try await other
        return (try #require(await one.first), try #require(await two.first))
    }
}
