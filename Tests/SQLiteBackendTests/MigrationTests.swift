import GRDB
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import SQLiteBackend

@Suite("Files of earlier versions")
struct MigrationTests {
    let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    @Test("A database of version 1 is opened with all that it holds, and takes overrides")
    func firstVersion() async throws {
        let first = try self.directory.open()
        let service = Write(.service(ServiceKey(name: "payments"), number: 1, Sample.service()), expected: nil)
        #expect(await first.commit(CommitGroup(time: Sample.time, writes: [service])) == [.committed(Revision(1))])
        try await first.close()
        try await DatabaseQueue(path: self.directory.database).write { db in
            try db.execute(sql: "DROP TABLE overrides; DROP TABLE subscriptions; PRAGMA user_version = 1")
        }
        let store = try self.directory.open()
        let stored = try await store.load()
        #expect(stored.services.map(\.key.name) == ["payments"])
        #expect(stored.overrides.isEmpty)
        let key = OverrideKey(service: ServiceKey(name: "payments"))
        let write = Write(.override(key, number: 2, Sample.override(number: 2)), expected: nil)
        #expect(await store.commit(CommitGroup(time: Sample.time, writes: [write])) == [.committed(Revision(2))])
        try await store.close()
        let again = try self.directory.open()
        #expect(try await again.load().overrides.map(\.key) == [key])
        try await again.close()
    }
}
