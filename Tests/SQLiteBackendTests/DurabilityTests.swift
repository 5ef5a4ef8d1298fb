import Foundation
import GRDB
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import SQLiteBackend

@Suite("What is acknowledged is on the disk")
struct DurabilityTests {
    @Test("The connection that writes has synchronous = FULL and a write-ahead log")
    func synchronousFull() async throws {
        let directory = try TemporaryDirectory()
        let store = try directory.open()
        let full = 2
        let (synchronous, mode) = try await store.pool.writeWithoutTransaction { db in
            (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
        }
        #expect(synchronous == full)
        #expect(mode == "wal")
        try await store.close()
    }

    /// The files are copied as a crash would leave them, at once after each answer and without closing anything.
    @Test("After each answer the files hold everything that was acknowledged")
    func crashImages() async throws {
        var configuration = SQLiteStore.Configuration()
        // So that some images are taken with a log that was moved into the database.
        configuration.checkpointPages = 8
        let live = try TemporaryDirectory()
        let store = try live.open(configuration)
        var revisions: [Int64: Revision] = [:]
        for round in 1...30 {
            let number = Int64(round % 12 + 1)
            let instance = Sample.instance("i-\(number)", number: number, spec: Sample.typicalSpec(round))
            let key = InstanceKey(service: ServiceKey(name: "payments"), id: instance.id)
            let removes = round % 5 == 0 && revisions[number] != nil
            let write = Write(
                .instance(key, number: number, service: 1, removes ? nil : instance), expected: revisions[number])
            let change = CommitGroup.RecordedChange(Sample.change(instance.id), write: 0)
            let outcome = await store.commit(CommitGroup(time: Sample.time, writes: [write], changes: [change]))
            #expect(outcome == [.committed(Revision(Int64(round)))])
            revisions[number] = removes ? nil : Revision(Int64(round))
            try await self.expectImage(of: live, holds: revisions, commits: round)
        }
        try await store.close()
    }

    private func expectImage(
        of live: TemporaryDirectory, holds revisions: [Int64: Revision], commits: Int
    ) async throws {
        let image = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: live.data, toPath: image.data)
        let store = try image.open()
        let stored = try await store.load()
        #expect(stored.revision == Revision(Int64(commits)))
        let found = stored.instances.map { ($0.instance.number, $0.instance.revision) }
        #expect(Dictionary(uniqueKeysWithValues: found) == revisions)
        #expect(try await store.records(matching: HistoryQuery(limit: 1_000)).records.count == commits)
        try await store.close()
    }

    /// The check above must be able to fail: without the log, which holds the newest commits, it does.
    @Test("An image without its log lacks what was acknowledged")
    func imageWithoutLog() async throws {
        let live = try TemporaryDirectory()
        let store = try live.open()
        let write = Write(.service(ServiceKey(name: "payments"), number: 1, Sample.service()), expected: nil)
        _ = await store.commit(CommitGroup(time: Sample.time, writes: [write]))
        let image = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: live.data, toPath: image.data)
        for suffix in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: image.database + suffix) }
        let opened = try image.open()
        #expect(try await opened.load().revision == .zero)
        try await opened.close()
        try await store.close()
    }

    @Test("A log that is torn at its end loses nothing but what was not acknowledged")
    func tornLog() async throws {
        let live = try TemporaryDirectory()
        let store = try live.open()
        for number in 1...3 as ClosedRange<Int64> {
            let service = Sample.service("s-\(number)", number: number)
            let write = Write(.service(service.key, number: number, service), expected: nil)
            _ = await store.commit(CommitGroup(time: Sample.time, writes: [write]))
        }
        let image = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: live.data, toPath: image.data)
        let log = try FileHandle(forWritingTo: URL(filePath: "\(image.database)-wal"))
        try log.seekToEnd()
        try log.write(contentsOf: Data(repeating: 0x5A, count: 3_000))
        try log.close()
        let opened = try image.open()
        #expect(try await opened.load().services.count == 3)
        try await opened.close()
        try await store.close()
    }
}
