import Foundation
import GRDB
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import SQLiteBackend

/// A full disk is simulated with `PRAGMA max_page_count`, a file system mounted read-only with `PRAGMA query_only`.
/// Both make SQLite fail with the code that the real thing gives, they need no privileges, and they also hold for root,
/// to whom a file's permissions mean nothing.
@Suite("A store that cannot be written")
struct OutageTests {
    let directory: TemporaryDirectory
    let store: SQLiteStore

    init() async throws {
        self.directory = try TemporaryDirectory()
        self.store = try self.directory.open()
        #expect(await self.commit(1) == [.committed(Revision(1))])
    }

    /// Commits one instance, large enough to need pages of its own.
    private func commit(_ number: Int64) async -> [CommitOutcome] {
        var spec = Sample.spec()
        for index in 0..<40 { spec.metadata["key-\(index)"] = String(repeating: "x", count: 1_000) }
        let instance = Sample.instance("i-\(number)", number: number, spec: spec)
        let key = InstanceKey(service: ServiceKey(name: "payments"), id: instance.id)
        let write = Write(.instance(key, number: number, service: 1, instance), expected: nil)
        let change = CommitGroup.RecordedChange(Sample.change(instance.id), write: 0)
        return await self.store.commit(CommitGroup(time: Sample.time, writes: [write], changes: [change]))
    }

    private func pragma(_ pragma: String) async throws {
        try await self.store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA \(pragma)") }
    }

    /// What is readable during and after an outage.
    private func expectContents(_ numbers: [Int64]) async throws {
        #expect(try await self.store.load().instances.map(\.instance.number) == numbers)
        #expect(try await self.store.records(matching: HistoryQuery()).records.count == numbers.count)
    }

    private func code(_ outcomes: [CommitOutcome]) -> StoreError.Code? {
        guard case .unavailable(let error)? = outcomes.first else { return nil }
        #expect(error.message.contains(self.directory.database))
        return error.code
    }

    @Test("On a full disk a commit does nothing, reads go on, and it returns by itself")
    func fullDisk() async throws {
        try await self.pragma("max_page_count = 1")
        #expect(self.code(await self.commit(2)) == .full)
        #expect(self.code(await self.commit(3)) == .full)
        try await self.expectContents([1])
        try await self.pragma("max_page_count = 1000000")
        #expect(await self.store.isWritable())
        #expect(await self.commit(4) == [.committed(Revision(2))])
        try await self.expectContents([1, 4])
    }

    @Test("What cannot be written says so, reads go on, and it returns by itself")
    func readOnly() async throws {
        try await self.pragma("query_only = 1")
        #expect(await !self.store.isWritable())
        #expect(self.code(await self.commit(2)) == .readOnly)
        try await self.expectContents([1])
        try await self.pragma("query_only = 0")
        #expect(await self.store.isWritable())
        #expect(await self.commit(3) == [.committed(Revision(2))])
        try await self.expectContents([1, 3])
    }

    @Test("A program that holds the database makes commits fail after a bounded wait")
    func lockedByAnotherProgram() async throws {
        try await self.store.close()
        var configuration = SQLiteStore.Configuration()
        configuration.busyTimeout = .milliseconds(50)
        let store = try self.directory.open(configuration)
        var unsafe = Configuration()
        unsafe.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: self.directory.database, configuration: unsafe)
        try other.inDatabase { try $0.beginTransaction(.immediate) }
        let write = Write(.service(ServiceKey(name: "a"), number: 9, Sample.service("a", number: 9)), expected: nil)
        let group = CommitGroup(time: Sample.time, writes: [write])
        guard case .unavailable(let error)? = await store.commit(group).first else {
            Issue.record("the commit went through")
            return
        }
        #expect(error.message.contains("another program"))
        #expect(await !store.isWritable())
        try other.inDatabase { try $0.rollback() }
        #expect(await store.isWritable())
        #expect(await store.commit(group) == [.committed(Revision(2))])
    }

    @Test("After it is closed, once or twice, every call fails, and the stream ends")
    func closed() async throws {
        try await self.store.close()
        try await self.store.close()
        #expect(self.code(await self.commit(2)) == .unavailable)
        #expect(await !self.store.isWritable())
        await #expect(throws: StoreError.self) { try await self.store.load() }
        await #expect(throws: StoreError.self) { try await self.store.records(matching: HistoryQuery()) }
        await #expect(throws: StoreError.self) { try await self.store.trim(olderThan: .epoch, keeping: 1) }
        var revisions: [Revision] = []
        for await batch in self.store.committed { revisions.append(batch.revision) }
        #expect(revisions == [Revision(1)])
    }

    @Test("It can be closed while it is read and written")
    func closedInUse() async throws {
        let store = self.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 2..<30 as Range<Int64> {
                group.addTask { _ = await self.commit(number) }
                group.addTask { _ = try? await store.records(matching: HistoryQuery()) }
                if number == 15 { group.addTask { try await store.close() } }
            }
            try await group.waitForAll()
        }
        let committed = await store.committed.reduce(into: []) { $0.append($1.revision) }
        let reopened = try self.directory.open()
        #expect(try await reopened.load().revision == committed.last)
        #expect(try await reopened.load().instances.count == committed.count)
        try await reopened.close()
    }

    @Test("A catalogue that takes nothing makes commits fail instead of filling the memory")
    func streamLimit() async throws {
        var configuration = SQLiteStore.Configuration()
        configuration.committedBatches = 2
        let another = try TemporaryDirectory()
        let store = try another.open(configuration)
        func commit(_ number: Int64) async -> [CommitOutcome] {
            let service = Sample.service("s-\(number)", number: number)
            let write = Write(.service(service.key, number: number, service), expected: nil)
            return await store.commit(CommitGroup(time: Sample.time, writes: [write]))
        }
        var batches = store.committed.makeAsyncIterator()
        #expect(await commit(1) == [.committed(Revision(1))])
        #expect(await commit(2) == [.committed(Revision(2))])
        guard case .unavailable? = await commit(3).first else {
            Issue.record("a third batch was committed")
            return
        }
        #expect(await batches.next()?.revision == Revision(1))
        #expect(await commit(3) == [.committed(Revision(3))])
        #expect(await batches.next()?.revision == Revision(2))
        #expect(await batches.next()?.revision == Revision(3))
        try await store.close()
    }

    @Test("A cancelled task's commit is done or not, and says which")
    func cancelledCommit() async throws {
        let store = self.store
        for number in 10..<40 as Range<Int64> {
            let before = try await store.load().revision
            let task = Task { await self.commit(number) }
            task.cancel()
            #expect(await task.value == [.committed(before.next)])
        }
    }

    @Test(
        "Errors of the system are told apart",
        arguments: [
            (.SQLITE_IOERR, ENOSPC, .full), (.SQLITE_IOERR, EDQUOT, .full), (.SQLITE_IOERR, EFBIG, .full),
            (.SQLITE_IOERR, EROFS, .readOnly), (.SQLITE_IOERR, EIO, .unavailable), (.SQLITE_IOERR, 0, .unavailable),
            (.SQLITE_CANTOPEN, EACCES, .readOnly), (.SQLITE_FULL, 0, .full), (.SQLITE_READONLY, 0, .readOnly),
            (.SQLITE_CORRUPT, 0, .damaged), (.SQLITE_NOTADB, 0, .damaged), (.SQLITE_BUSY, 0, .unavailable),
            (.SQLITE_MISUSE, 0, .unavailable), (.SQLITE_ERROR, 0, .unavailable),
        ] as [(ResultCode, Int32, StoreError.Code)])
    func systemErrors(_ result: ResultCode, _ system: Int32, _ code: StoreError.Code) {
        let error = DatabaseError(resultCode: result)
        #expect(StoreError(error, systemError: system, path: "/data").code == code)
    }
}
