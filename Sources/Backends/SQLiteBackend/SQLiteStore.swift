import Dispatch
import GRDB
public import RegistryCatalog
public import RegistryModel
import Synchronization

/// The embedded store: the catalogue and its history in one SQLite database, in a directory of its own.
///
/// When ``commit(_:)`` has returned, what it committed is on the disk (write-ahead log, `synchronous = FULL`): it
/// survives the end of the process and the loss of power. One store at a time may use a directory.
public final class SQLiteStore: CatalogStore, RecordLog {
    /// The limits of a store.
    public struct Configuration: Sendable {
        /// How long an access waits for another program that holds the database, such as a backup: 5 s.
        public var busyTimeout = TimeSpan.seconds(5)
        /// Connections that read the history while commits go on: 2. Further readers wait.
        public var readers = 2
        /// Committed batches that may wait for the catalogue: 256. Beyond it commits fail as unavailable. The catalogue
        /// applies batches faster than a disk takes them, so more than a few means that it stands still.
        public var committedBatches = 256
        /// What one page of the history passes over or reads: 200,000 commits, and 100,000 changes in those that it
        /// reads. A page may end there with fewer records than asked for, and says where to go on.
        public var page = HistoryLimits(commits: 200_000, changes: 100_000)
        /// What one transaction of a trim removes: 1,000 commits, or 10,000 changes. Commits go on between two of them.
        public var trim = HistoryLimits(commits: 1_000, changes: 10_000)
        /// Pages of 4 KiB in the log at which a commit moves them into the database: 4,096, which is 16 MiB.
        public var checkpointPages = 4_096
        /// The size to which the log is cut after it grew, for instance behind a long read: 64 MiB. Up to there it
        /// keeps its length, because writing over a file is faster than making it longer.
        public var walBytes = 67_108_864
        /// Memory for pages of the database, for each connection: 16 MiB.
        public var cacheBytes = 16_777_216

        public init() {}
    }

    /// A bound on one piece of work on the history: it ends at whichever comes first.
    public struct HistoryLimits: Sendable {
        public var commits: Int
        public var changes: Int

        public init(commits: Int, changes: Int) {
            self.commits = commits
            self.changes = changes
        }
    }

    public let committed: AsyncStream<CommittedBatch>

    let pool: DatabasePool
    let configuration: Configuration
    private let directory: DataDirectory
    private let queue: CommittedQueue
    /// Written on the writer's queue only.
    private let position: Mutex<StorePosition>
    private let isClosed = Mutex(false)

    var path: String { self.directory.databasePath }

    /// Opens the store in `directory`, and creates both when they are not there. Blocks on files: call it at start.
    ///
    /// Throws ``StoreError``: `inUse` while another store has the directory, `newerVersion`, `damaged`, and `full`,
    /// `readOnly` or `unavailable` when it cannot be opened for writing. A database that is refused is left as it is.
    public init(directory: String, configuration: Configuration = Configuration()) throws(StoreError) {
        let directory = try DataDirectory(directory)
        try StoreFile.prepare(in: directory)
        let pool = try Self.open(directory.databasePath, configuration)
        do {
            self.position = Mutex(try pool.read { try StorePosition(of: $0) })
        } catch {
            throw StoreError(error, path: directory.databasePath)
        }
        self.directory = directory
        self.pool = pool
        self.configuration = configuration
        self.queue = CommittedQueue(limit: configuration.committedBatches)
        self.committed = self.queue.stream
    }

    deinit { self.queue.finish() }

    /// Closes the database, ends ``committed`` and gives the directory free. Accesses that run are waited for; later
    /// ones fail as unavailable. Closing again does nothing.
    public func close() async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            // On a thread that may block: reads that run may need this one to end.
            DispatchQueue(label: "rollcall.store.close").async {
                continuation.resume(returning: self.isClosed.withLock { self.closeOnce(&$0) })
            }
        }
        try result.get()
    }

    private func closeOnce(_ isClosed: inout Bool) -> Result<Void, StoreError> {
        guard !isClosed else { return .success(()) }
        do {
            // Closes the readers. So the writer is the last connection, which is the one that moves the log into the
            // database and removes it. If that fails, the log stays, and is read from at the next start.
            self.pool.releaseMemory()
            try self.pool.close()
        } catch {
            return .failure(StoreError(error, path: self.path))
        }
        isClosed = true
        self.queue.finish()
        self.directory.release()
        return .success(())
    }

    // MARK: Writing

    public func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        guard self.queue.hasRoom else {
            let limit = self.configuration.committedBatches
            let error = StoreError(.unavailable, "the catalogue has not taken the last \(limit) commits; retry")
            return group.writes.map { _ in .unavailable(error) }
        }
        switch await self.write({ try self.commit(group, $0) }) {
        case .success(let outcomes): return outcomes
        case .failure(let error): return group.writes.map { _ in .unavailable(error) }
        }
    }

    public func isWritable() async -> Bool {
        let result = await self.write { db in
            // Real commits of a value that nobody reads. It has 256 KiB, as a large group of writes has, so that a disk
            // with room for one page alone does not pass for writable.
            try db.execute(sql: "UPDATE meta SET value = hex(randomblob(131072)) WHERE key = 'probe'")
            try db.execute(sql: "UPDATE meta SET value = '' WHERE key = 'probe'")
        }
        if case .success = result { return true }
        return false
    }

    private func commit(_ group: CommitGroup, _ db: Database) throws -> [CommitOutcome] {
        var commit = try GroupCommit(db, after: self.position.withLock { $0 })
        var batch: CommittedBatch?
        try db.inTransaction(.immediate) {
            batch = try commit.perform(group)
            return batch == nil ? .rollback : .commit
        }
        if let batch {
            self.position.withLock { $0 = commit.position }
            self.queue.append(batch)
        }
        return commit.outcomes
    }

    /// Runs `body` in a transaction on one of the connections that read. Ends early when the caller is cancelled.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await self.pool.read(body)
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            throw StoreError(error, path: self.path)
        }
    }

    /// Runs `body` on the one connection that writes. A cancelled caller does not stop it: a commit that has begun is
    /// either reported or undone.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async -> Result<Value, StoreError> {
        await withCheckedContinuation { continuation in
            self.pool.asyncWriteWithoutTransaction { db in
                do {
                    continuation.resume(returning: .success(try body(db)))
                } catch {
                    let error = StoreError(error, systemError: db.systemError, path: self.path)
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }
}
