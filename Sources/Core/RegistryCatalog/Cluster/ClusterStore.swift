public import RegistryModel

/// What a store that several nodes share can do beside keeping the catalogue.
///
/// The batches of ``CatalogStore/committed`` carry what the nodes say of themselves, in order with what they commit.
public protocol ClusterStore: CatalogStore {
    /// This process, as it signs its digests.
    var memberID: UInt64 { get }

    /// As ``CatalogStore/load()``, but throws `readOnly`, and has an ``obstacle``, if the store does not hold what is expected: then it is as if
    /// this process had never stopped. Nil: nothing is known.
    func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog

    /// The newest commit there is, asked after this was called. Throws ``StoreError``.
    func newestRevision() async throws(StoreError) -> Revision

    /// Makes a digest durable; it then comes out of ``CatalogStore/committed`` at every node. Doing it twice does no harm.
    ///
    /// Throws ``StoreError``: `unavailable` when that may have been done or may soon be possible; otherwise it was refused, and `full`
    /// only while what is committed arrives here.
    func put(_ digest: Digest) async throws(StoreError)

    /// Makes this process a member, and keeps it one until the task is cancelled; then it leaves. `isWanted` is asked again
    /// and again: while it is false the membership is not prolonged, and runs out. A membership that is lost is taken anew.
    func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async

    /// Forgets the digests of processes that are not members any more, in a way that no expiry elsewhere can miss them.
    func removeDigests(of writers: [UInt64]) async throws(StoreError)

    /// Forgets what was before `age`, but nothing that a node has still to apply: `applied` is the least of theirs.
    func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError)

    /// Reads everything anew, and tells it as one batch.
    func reload() async

    /// Why nothing may be written though the store could be: it holds another history than this process. Nil: nothing stands against it.
    var obstacle: StoreError? { get }

    /// How the store itself is. Never throws: what cannot be asked is absent.
    func report() async -> StoreReport

    /// An operator's word on which history counts. Throws ``StoreError``.
    func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError)
}

extension ClusterStore {
    public func load() async throws -> StoredCatalog { try await self.load(expecting: nil) }

    public var obstacle: StoreError? { nil }
}

/// Which history counts, when the store holds another one than the nodes.
public enum HistoryVerdict: String, Sendable, Hashable, CaseIterable {
    /// The store's.
    case adopt
    /// The node's: it is written back.
    case reseed
}

/// How a shared store is, as its own members tell.
public struct StoreReport: Sendable, Hashable {
    /// One line for each endpoint.
    public struct Endpoint: Sendable, Hashable {
        public var address: String
        /// Nil: it does not answer.
        public var version: String?
        public var isLeader: Bool
        public var revision: Int64
        /// What it takes on disk, in bytes, and how much of that is in use.
        public var bytes: Int64
        public var usedBytes: Int64
        /// What it complains of.
        public var errors: [String]

        public init(
            address: String, version: String? = nil, isLeader: Bool = false, revision: Int64 = 0, bytes: Int64 = 0,
            usedBytes: Int64 = 0, errors: [String] = []
        ) {
            self.address = address
            self.version = version
            self.isLeader = isLeader
            self.revision = revision
            self.bytes = bytes
            self.usedBytes = usedBytes
            self.errors = errors
        }
    }

    public var endpoints: [Endpoint] = []
    /// What each endpoint may take on disk, in bytes; 0: nobody has said.
    public var quota: Int64 = 0
    /// Its quota is used up.
    public var isFull = false
    /// Why nothing may be written though it could be: the store holds another history.
    public var obstacle: StoreError?
    public var timeline = 0
    /// The schema that may be written: the lowest that every member knows.
    public var level = 0

    public init() {}

    /// Whether somebody should make room at an endpoint, before its quota is used up; nil: it does not say what it takes.
    public func needsRoom(_ endpoint: Endpoint) -> Bool? {
        guard endpoint.version != nil else { return nil }
        return self.quota > 0 && endpoint.bytes >= self.quota / 100 * Limits.storeAlert
    }
}
