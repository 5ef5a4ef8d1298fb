public import RegistryModel

/// Where the catalogue keeps what it must not lose. One implementation a system; one conformance suite holds for all.
///
/// The catalogue calls ``load()`` once, then ``commit(_:)`` again and again, one call at a time, and consumes
/// ``committed`` from a single task.
public protocol CatalogStore: Sendable {
    /// Everything that is stored. Throws ``StoreError``.
    func load() async throws -> StoredCatalog

    /// Makes a group of writes durable and returns one outcome for each write in order: as one commit with one revision, or in a
    /// store that cannot take so much at once as several in order, each of which writes the records of the services it touches.
    ///
    /// Writes stand or fall alone. Those that are committed, with the changes that belong to them, also come out of
    /// ``committed``; if none is, nothing does. An instance and its tombstone are never there at once: a group that puts one removes the
    /// other, and these two writes stand or fall together.
    func commit(_ group: CommitGroup) async -> [CommitOutcome]

    /// Every committed batch in the order of revisions, from the one after ``load()`` on. Ends when the store is closed.
    var committed: AsyncStream<CommittedBatch> { get }

    /// Whether the store answers and can be written at this moment; called while it is unavailable, to find out when
    /// that ends. Changes nothing.
    func isWritable() async -> Bool

    /// More numbers for rows, which nobody else gives out; called when those of ``StoredCatalog/numbers`` run short.
    /// Throws ``StoreError``.
    func reserveNumbers() async throws(StoreError) -> Range<Int64>
}

extension CatalogStore {
    /// A store that one process has for itself gives all there are with ``load()``.
    public func reserveNumbers() async throws(StoreError) -> Range<Int64> {
        throw StoreError(.damaged, "no numbers for rows are left; restore a backup")
    }
}

/// One record's new value, or its removal, and the revision of the record that this was decided on.
public struct Write: Sendable {
    /// Which record, and what it becomes; nil removes it.
    public enum Record: Sendable {
        /// `number` is the row's; it is the same for as long as the record exists.
        case service(ServiceKey, number: Int64, Service?)
        /// `service` is the number of its service.
        case instance(InstanceKey, number: Int64, service: Int64, Instance?)
        case tombstone(InstanceKey, number: Int64, Tombstone?)
        case override(OverrideKey, number: Int64, Override?)
        /// By its id.
        case subscription(String, number: Int64, Subscription?)
    }

    public var record: Record
    /// The revision of the stored record; nil: there must be none. The values' own `revision` fields are set by the store.
    public var expected: Revision?
    /// It rests on nobody having beaten: it conflicts if there is a digest behind ``CommitGroup/knownDigests``.
    public var restsOnSilence: Bool

    public init(_ record: Record, expected: Revision?, restsOnSilence: Bool = false) {
        self.record = record
        self.expected = expected
        self.restsOnSilence = restsOnSilence
    }
}

extension Write.Record {
    /// The row's.
    public var number: Int64 {
        switch self {
        case .service(_, let number, _), .instance(_, let number, _, _), .tombstone(_, let number, _),
            .override(_, let number, _), .subscription(_, let number, _):
            number
        }
    }

    /// The same with `revision` in its value: what a store commits.
    public func at(_ revision: Revision) -> Self {
        switch self {
        case .service(let key, let number, var value):
            value?.revision = revision
            return .service(key, number: number, value)
        case .instance(let key, let number, let service, var value):
            value?.revision = revision
            return .instance(key, number: number, service: service, value)
        case .tombstone(let key, let number, var value):
            value?.revision = revision
            return .tombstone(key, number: number, value)
        case .override(let key, let number, var value):
            value?.revision = revision
            return .override(key, number: number, value)
        case .subscription(let id, let number, var value):
            value?.revision = revision
            return .subscription(id, number: number, value)
        }
    }
}

/// The writes that are made durable together.
public struct CommitGroup: Sendable {
    /// A change, and the index of the write that it belongs to: it is recorded if that write is committed.
    public struct RecordedChange: Sendable {
        public var change: Change
        public var write: Int

        public init(_ change: Change, write: Int) {
            self.change = change
            self.write = write
        }
    }

    public var time: Timestamp
    public var writes: [Write]
    /// In the order in which they happened; the store sets their `revision`.
    public var changes: [RecordedChange]
    /// The newest commit that the decisions took into account; zero: it does not matter.
    public var basis = Revision.zero
    /// The position of the newest digest that the decisions took into account; 0: of none.
    public var knownDigests: Int64 = 0

    public init(time: Timestamp, writes: [Write] = [], changes: [RecordedChange] = []) {
        self.time = time
        self.writes = writes
        self.changes = changes
    }
}

/// What became of one write.
public enum CommitOutcome: Sendable, Hashable {
    case committed(Revision)
    /// The record's revision is not the one expected: decide again.
    case conflict
    /// The store could not do it, and nothing of this write shows. Only one whose sync failed may be there after a restart,
    /// if the disk failed until then: nothing could be written to take it back.
    case unavailable(StoreError)
}

/// What one commit did, as every node learns it.
public struct CommittedBatch: Sendable {
    public var revision: Revision
    public var time: Timestamp
    /// The committed records; values carry `revision`.
    public var records: [Write.Record]
    /// Changes in order; they carry `revision`.
    public var changes: [Change]
    /// The records are all there are: what is not among them is gone. After a gap in what a store was told by others.
    public var isWhole: Bool
    /// Of which registry it tells, where it is all there is: an operator may have settled that it is another one. Nil: the same as before.
    public var registryID: String?
    /// What nodes said of themselves. A batch may hold nothing else; then its revision is that of the batch before.
    public var events: [ClusterEvent]

    public init(
        revision: Revision, time: Timestamp, records: [Write.Record], changes: [Change], isWhole: Bool = false,
        events: [ClusterEvent] = []
    ) {
        self.revision = revision
        self.time = time
        self.records = records
        self.changes = changes
        self.isWhole = isWhole
        self.events = events
    }

    /// Whether it leaves everything as it is.
    var isEmpty: Bool { self.records.isEmpty && self.changes.isEmpty && !self.isWhole }

    /// All that a store holds, in place of the batches that led there.
    public init(whole stored: StoredCatalog, time: Timestamp) {
        let services = Dictionary(stored.services.map { ($0.number, $0.key) }, uniquingKeysWith: { first, _ in first })
        var records = stored.services.map { Write.Record.service($0.key, number: $0.number, $0) }
        records += stored.instances.compactMap { entry in
            services[entry.service].map { service in
                let key = InstanceKey(service: service, id: entry.instance.id)
                return .instance(key, number: entry.instance.number, service: entry.service, entry.instance)
            }
        }
        records += stored.tombstones.map { entry in
            let key = InstanceKey(service: entry.service, id: entry.tombstone.id)
            return .tombstone(key, number: entry.tombstone.number, entry.tombstone)
        }
        records += stored.overrides.map { .override($0.key, number: $0.override.number, $0.override) }
        records += stored.subscriptions.map { .subscription($0.id, number: $0.number, $0) }
        self.init(
            revision: stored.revision, time: time, records: records, changes: [], isWhole: true,
            events: [.reloaded] + stored.events)
        self.registryID = stored.registryID
    }
}
