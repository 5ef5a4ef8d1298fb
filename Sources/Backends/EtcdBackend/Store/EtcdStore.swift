public import Logging
public import RegistryCatalog
import RegistryModel
import Synchronization

/// The store of a cluster: the catalogue and its history in etcd, where any number of nodes read and write it.
///
/// The order of etcd's revisions is the order of everything. A node's state changes only by what it watches, its own commits
/// included. ``run()`` must be running for anything else to come to an end.
public final class EtcdStore: ClusterStore, RecordLog {
    /// How it is set up. Every default is in its comment.
    public struct Configuration: Sendable {
        public var etcd: EtcdConfiguration
        /// What all keys begin with (`registry.prefix`): `/rollcall`. Nodes with the same prefix are one cluster.
        public var prefix: String
        /// What a member of etcd may take on disk, in bytes: 2 GiB, as etcd's own default. It does not tell itself. 0: no matter.
        public var quota: Int64 = 2 << 30
        /// Committed batches that may wait for the catalogue: 256. Beyond it etcd is not read until there is room.
        public var committedBatches = 256
        /// Changes that the history holds at most, whatever ``trim(olderThan:keeping:)`` is told: 100,000. They lie in etcd, which
        /// keeps an index of all keys in memory.
        public static let historyRecords = 100_000
        var historyRecords = Self.historyRecords
        /// Entries of the history that are looked through for one page of it, which may end there with fewer records than asked for: 8,000.
        public var listedEntries = 8_000
        /// Keys that are read at once: 500, which are 40 MiB if each record is as large as it may be.
        public var pageKeys = 500

        public init(etcd: EtcdConfiguration, prefix: String = "/rollcall") {
            self.etcd = etcd
            self.prefix = prefix
        }
    }

    /// The latest schema of records that this program speaks, for ``Member/schema``.
    public static var schema: Int { Int(Schema.current) }

    public let committed: AsyncStream<CommittedBatch>

    let configuration: Configuration
    let client: any EtcdService
    let layout: EtcdLayout
    let clock: any RegistryClock
    let logger: Logger?
    /// This process, among all that write: by chance.
    let writer: UInt64
    /// Where chance comes from.
    let random: @Sendable () -> UInt64
    let session = Mutex(Session())
    let deliveries: DeliveryQueue
    /// The latest schema that is spoken here.
    let schema: UInt32
    /// Up to where the watch was read, over all timelines.
    let position = RevisionGate()
    /// How often the watch has come about.
    let watches = RevisionGate()
    /// 1 once the store is open.
    let opened = RevisionGate()
    let ledger = CommitLedger()
    /// What is carried out even if whoever asked for it is cancelled.
    let errands = Errands()
    /// How often everything was to be read anew, and how often that was tried.
    let reloads = (wanted: RevisionGate(), tried: RevisionGate())
    /// Commits go one after another.
    let turn = Turn()
    /// So do those who look where in the history something is.
    let listings = Turn()

    /// Connects to nothing yet. Throws ``StoreError`` when certificates or keys cannot be used.
    public convenience init(
        _ configuration: Configuration, clock: any RegistryClock = SystemClock(), logger: Logger? = nil
    ) throws(StoreError) {
        let client: EtcdClient
        do {
            client = try EtcdClient(configuration.etcd, logger: logger)
        } catch {
            throw StoreError(error)
        }
        self.init(configuration, client, clock: clock, logger: logger)
    }

    /// - Parameters:
    ///   - schema: the latest that is spoken.
    ///   - random: any number from 1 on, each as likely as the next.
    init(
        _ configuration: Configuration, _ client: any EtcdService, clock: any RegistryClock, logger: Logger? = nil,
        schema: UInt32 = Schema.current,
        random: @escaping @Sendable () -> UInt64 = { .random(in: 1...UInt64.max) }
    ) {
        self.configuration = configuration
        self.client = client
        self.clock = clock
        self.logger = logger
        self.schema = schema
        self.random = random
        self.writer = random()
        self.layout = EtcdLayout(prefix: configuration.prefix)
        self.deliveries = DeliveryQueue(limit: configuration.committedBatches)
        self.committed = self.deliveries.stream
    }

    /// Keeps the connections, and watches once the store is open, until the task is cancelled. Then ``committed`` ends.
    public func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.client.run() }
                group.addTask { await self.watch() }
                group.addTask { await self.errands.run() }
                group.addTask { await self.raiseLevel() }
            }
        } onCancel: {
            // Also lets go of a watch that waits for room.
            self.deliveries.finish()
            self.errands.finish()
        }
    }

    public func isWritable() async -> Bool {
        await self.turn.take {
            // A write of a key that nobody reads, and which voids whatever of ours is still on its way.
            guard self.session.withLock({ $0.isWatching && $0.obstacle == nil }) else { return false }
            return (try? await self.renewFence()) != nil
        }
    }
}
