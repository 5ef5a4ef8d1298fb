import RegistryModel

/// Writes a snapshot chunk by chunk, so that no more than one of them is in memory, and then its manifest.
///
/// A chunk is a row of fields (``RecordWriter``), one for each record: its kind, within it number, revision and the record itself as
/// stores keep it. A reader skips fields and kinds that it does not know.
///
/// ```swift
/// var encoder = SnapshotEncoder(snapshot)
/// while let chunk = encoder.next() { … }
/// let manifest = encoder.manifest
/// ```
public struct SnapshotEncoder: ~Copyable {
    /// At this length a chunk is closed: 1 MiB. It is longer by a part of its last record.
    public static let chunkBytes = 1 << 20

    private let catalog: StoredCatalog
    private let chunkBytes: Int
    private var writer = RecordWriter()
    /// Records written so far.
    private var place = 0
    /// Of the chunks given so far: complete after the last one.
    public private(set) var manifest: SnapshotManifest

    public init(_ snapshot: CatalogSnapshot, chunkBytes: Int = SnapshotEncoder.chunkBytes) {
        self.catalog = snapshot.catalog
        self.chunkBytes = chunkBytes
        self.manifest = SnapshotManifest(
            position: snapshot.position, savedAt: snapshot.savedAt, nextNumber: snapshot.catalog.nextNumber, records: 0,
            chunks: [])
    }

    /// The next chunk, nil after the last one.
    public mutating func next() -> [UInt8]? {
        self.writer.restart()
        while self.writer.bytes.count < self.chunkBytes, self.write(self.place) { self.place += 1 }
        let chunk = Array(self.writer.bytes)
        guard !chunk.isEmpty else { return nil }
        self.manifest.records = self.place
        self.manifest.chunks.append(SnapshotManifest.Chunk(of: chunk))
        return chunk
    }

    /// Writes the record at a place among all of them; false: there are no more.
    private mutating func write(_ place: Int) -> Bool {
        var rest = place
        if rest < self.catalog.services.count {
            let service = self.catalog.services[rest]
            self.writer.row(.service, service.number, service.revision) { service.write(to: &$0) }
            return true
        }
        rest -= self.catalog.services.count
        if rest < self.catalog.instances.count {
            let stored = self.catalog.instances[rest]
            let instance = stored.instance
            self.writer.row(.instance, instance.number, instance.revision, service: stored.service) {
                instance.write(to: &$0)
            }
            return true
        }
        return self.writeOther(rest - self.catalog.instances.count)
    }

    private mutating func writeOther(_ place: Int) -> Bool {
        var rest = place
        if rest < self.catalog.tombstones.count {
            let stored = self.catalog.tombstones[rest]
            self.writer.row(.tombstone, stored.tombstone.number, stored.tombstone.revision) { stored.write(to: &$0) }
            return true
        }
        rest -= self.catalog.tombstones.count
        if rest < self.catalog.overrides.count {
            let stored = self.catalog.overrides[rest]
            self.writer.row(.override, stored.override.number, stored.override.revision) { stored.write(to: &$0) }
            return true
        }
        rest -= self.catalog.overrides.count
        guard rest < self.catalog.subscriptions.count else { return false }
        let subscription = self.catalog.subscriptions[rest]
        self.writer.row(.subscription, subscription.number, subscription.revision) { subscription.write(to: &$0) }
        return true
    }
}

/// What a record in a chunk is of: the number of its field. They are in caches that exist: never change or reuse one.
enum SnapshotRecordKind: UInt8 {
    case service = 1
    case instance = 2
    case tombstone = 3
    case override = 4
    case subscription = 5
}

/// The fields of one record in a chunk, as above.
enum SnapshotRowField {
    static let number: UInt8 = 1
    static let revision: UInt8 = 2
    /// Of an instance: the number of its service.
    static let service: UInt8 = 3
    static let body: UInt8 = 4
}

extension RecordWriter {
    fileprivate mutating func row(
        _ kind: SnapshotRecordKind, _ number: Int64, _ revision: Revision, service: Int64? = nil,
        _ body: (inout RecordWriter) -> Void
    ) {
        self.record(kind.rawValue) { writer in
            writer.integer(SnapshotRowField.number, number)
            writer.integer(SnapshotRowField.revision, revision.rawValue)
            if let service { writer.integer(SnapshotRowField.service, service) }
            writer.record(SnapshotRowField.body, body)
        }
    }
}
