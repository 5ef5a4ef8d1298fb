import RegistryCatalog
import RegistryTestKit
import SQLiteBackend
import Testing

@Suite("Every store does what the catalogue relies on")
struct StoreConformanceTests {
    @Test("In memory", arguments: StoreConformance.checks)
    func inMemoryStore(_ check: StoreConformance.Check) async throws {
        try await check.run(
            on: StoreConformance.Subject(
                make: { InMemoryStore() },
                reopen: { store in
                    let store = try #require(store as? InMemoryStore)
                    return store.reopened()
                }))
    }

    @Test("SQLite", arguments: StoreConformance.checks)
    func sqliteStore(_ check: StoreConformance.Check) async throws {
        let directory = try TemporaryDirectory()
        try await check.run(on: self.subject(directory, SQLiteStore.Configuration()))
    }

    @Test("SQLite with every limit so low that it is met", arguments: StoreConformance.checks)
    func sqliteStoreAtItsLimits(_ check: StoreConformance.Check) async throws {
        var configuration = SQLiteStore.Configuration()
        configuration.readers = 1
        configuration.page = SQLiteStore.HistoryLimits(commits: 1_000, changes: 1_000)
        configuration.trim = SQLiteStore.HistoryLimits(commits: 1, changes: 1)
        configuration.checkpointPages = 1
        configuration.walBytes = 0
        configuration.cacheBytes = 16_384
        let directory = try TemporaryDirectory()
        try await check.run(on: self.subject(directory, configuration))
    }

    @Test("A store that does one thing wrong does not pass", arguments: FaultyStore.Fault.allCases)
    func faultyStore(_ fault: FaultyStore.Fault) async throws {
        let subject = StoreConformance.Subject(
            make: { FaultyStore(InMemoryStore(), fault) },
            reopen: { store in
                let store = try #require(store as? FaultyStore)
                return store.reopened()
            })
        var failures = 0
        for check in StoreConformance.checks {
            do {
                try await check.run(on: subject)
            } catch is ConformanceFailure {
                failures += 1
            }
        }
        #expect(failures > 0)
    }

    private func subject(
        _ directory: TemporaryDirectory, _ configuration: SQLiteStore.Configuration
    ) -> StoreConformance.Subject {
        StoreConformance.Subject(
            make: { try directory.open(configuration) },
            reopen: { store in
                let store = try #require(store as? SQLiteStore)
                try await store.close()
                return try directory.open(configuration)
            })
    }
}
