import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("The shortest ttl in a cluster")
struct SharedTimeToLiveTests {
    private static func fields(_ operation: () async throws -> Void) async -> [String] {
        do {
            try await operation()
            return []
        } catch {
            return (error as? RegistryError)?.fields.map { "\($0.field) \($0.message)" } ?? ["\(error)"]
        }
    }

    @Test("What is shorter is refused, and the field named; alone it is taken")
    func registering() async throws {
        let check = HealthCheck(name: "beat", kind: .ttl, interval: .seconds(2))
        try await withCatalog(link: FakeClusterLink()) { live in
            let ttl = await Self.fields { try await live.register(ttl: .after(.milliseconds(2_999))) }
            #expect(ttl == ["instance.ttl is 2s999ms; in a cluster it is 3s to 1d"])
            let checks = await Self.fields { try await live.register(ttl: nil) { $0.checks = [check] } }
            #expect(checks == ["instance.checks[0].interval is 2s; in a cluster it is 3s to 1d"])
            let short = await Self.fields { try await live.register(ttl: .after(.milliseconds(1))) }
            #expect(short.count == 1, "what no registry takes is named once: \(short)")
            try await live.register(ttl: .after(.seconds(3)))
            try await live.register("never", ttl: .never)
        }
        try await withCatalog { live in
            try await live.register(ttl: .after(.seconds(1)))
            try await live.register("b", ttl: nil) { $0.checks = [check] }
        }
    }

    @Test("So is a change to it; any other change is taken")
    func changing() async throws {
        let store = InMemoryStore()
        try await withCatalog(store: store) { live in try await live.register(ttl: .after(.seconds(1))) }
        try await withCatalog(store: store.reopened(), link: FakeClusterLink()) { live in
            _ = try await live.perform(.patch { $0.weight = 3 })
            let ttl = await Self.fields { _ = try await live.perform(.patch { $0.ttl = .some(.after(.seconds(2))) }) }
            #expect(ttl == ["ttl is 2s; in a cluster it is 3s to 1d"])
            _ = try await live.perform(.patch { $0.ttl = .some(.after(.seconds(3))) })
            let check = HealthCheck(name: "beat", kind: .ttl, interval: .seconds(1))
            let checks = await Self.fields { _ = try await live.perform(.patch { $0.checks = .some([check]) }) }
            #expect(checks == ["checks[0].interval is 1s; in a cluster it is 3s to 1d"])
        }
    }
}
