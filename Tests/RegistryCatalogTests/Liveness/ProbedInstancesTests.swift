import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Whose checks may have to change", .timeLimit(.minutes(1)))
struct ProbedInstancesTests {
    private static let web = HealthCheck(name: "web", kind: .http)

    private static func next(_ probed: ProbedInstances, limit: Int = 100) async -> Set<String> {
        Set((await probed.next(limit: limit) ?? []).map(\.id))
    }

    @Test func whatIsThereIsInItOnce() async throws {
        try await withCatalog { live in
            try await live.register("a") { $0.checks = [Self.web] }
            try await live.register("b")
            let probed = live.catalog.followProbedInstances()
            #expect(await Self.next(probed) == ["a"])
        }
    }

    @Test func whatIsLoadedIsInIt() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in
            try await live.register("a") { $0.checks = [Self.web] }
        }
        let catalog = Catalog(store: store.reopened(), clock: ManualClock())
        let probed = catalog.followProbedInstances()
        try await catalog.load()
        #expect(await Self.next(probed) == ["a"])
    }

    @Test func everyChangeBringsItBack() async throws {
        try await withCatalog { live in
            let probed = live.catalog.followProbedInstances()
            let changes: [Command] = [
                .register { $0.checks = [Self.web] }, .patch { $0.weight = 3 }, .patch { $0.checks = .some(nil) },
                .patch { $0.checks = [Self.web] }, .leave(),
            ]
            for change in changes {
                _ = try await live.perform(change)
                #expect(await Self.next(probed) == ["a"])
            }
        }
    }

    @Test func oneThatChangesOftenIsInItOnce() async throws {
        try await withCatalog { live in
            let probed = live.catalog.followProbedInstances()
            for weight in 1...20 as ClosedRange<UInt16> {
                try await live.register("a") {
                    $0.checks = [Self.web]
                    $0.weight = weight
                }
            }
            try await live.register("b") { $0.checks = [Self.web] }
            #expect(await probed.next(limit: 1)?.count == 1)
            #expect(await probed.next(limit: 100)?.count == 1)
        }
    }

    @Test func theOthersAreNot() async throws {
        try await withCatalog(settings: CatalogSettings(defaultCheck: nil)) { live in
            let probed = live.catalog.followProbedInstances()
            try await live.register("a")
            try await live.register("b") { $0.checks = [HealthCheck(name: "beat", kind: .ttl)] }
            try await live.register("c") { $0.checks = [Self.web] }
            #expect(await Self.next(probed) == ["c"])
        }
    }

    @Test func theDefaultCheckCounts() async throws {
        try await withCatalog(settings: CatalogSettings(defaultCheck: .tcp)) { live in
            let probed = live.catalog.followProbedInstances()
            try await live.register("a", ttl: nil)
            try await live.register("b")
            #expect(await Self.next(probed) == ["a"])
            #expect(live.catalog.checks(of: Sample.spec()).map(\.kind) == [.tcp])
            #expect(live.catalog.checks(of: Sample.spec(ttl: .never)).isEmpty)
        }
    }

    @Test func withoutAFollowerNothingIsKept() async throws {
        try await withCatalog { live in
            try await live.register("a") { $0.checks = [Self.web] }
            _ = try await live.perform(.leave("a"))
            try await live.register("b") { $0.checks = [Self.web] }
            #expect(await Self.next(live.catalog.followProbedInstances()) == ["b"])
        }
    }

    @Test func cancellingEndsTheWait() async throws {
        try await withCatalog { live in
            let probed = live.catalog.followProbedInstances()
            let task = Task { await probed.next(limit: 1) }
            task.cancel()
            #expect(await task.value == nil)
        }
    }
}
