import RegistryModel

/// Puts a snapshot together from its manifest and its chunks, in their order. Gives nothing unless all of it is there as it was written.
public struct SnapshotAssembly {
    public let manifest: SnapshotManifest
    private var catalog: StoredCatalog
    private var chunks = 0
    private var records = 0
    private var shared = SharedSpecs()

    public init(_ manifest: SnapshotManifest) {
        self.manifest = manifest
        self.catalog = StoredCatalog(
            registryID: manifest.position.registryID, revision: manifest.position.revision, services: [],
            instances: [], tombstones: [], nextNumber: manifest.nextNumber)
    }

    /// What is wrong with the snapshot if its next chunk is not there.
    public var missing: SnapshotFault { .missingChunk(self.chunks, of: self.manifest.chunks.count) }

    /// Takes the next chunk.
    public mutating func append(_ chunk: [UInt8]) throws(SnapshotFault) {
        try chunk.withUnsafeBufferPointer { bytes throws(SnapshotFault) in
            try self.append(UnsafeRawBufferPointer(bytes))
        }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SnapshotFault) {
        guard self.chunks < self.manifest.chunks.count else { throw .surplusChunk }
        let expected = self.manifest.chunks[self.chunks]
        guard bytes.count == expected.length, SnapshotManifest.digest(of: bytes) == expected.digest else {
            throw .damagedChunk(self.chunks, of: self.manifest.chunks.count)
        }
        self.chunks += 1
        do throws(RecordFault) {
            var reader = RecordReader(bytes)
            while let field = try reader.next() {
                self.records += 1
                guard let kind = UInt8(exactly: field).flatMap(SnapshotRecordKind.init) else {
                    try reader.skip()
                    continue
                }
                var row = try reader.record()
                try self.take(kind, try SnapshotRow(from: &row))
            }
        } catch {
            throw .record(error)
        }
    }

    /// The snapshot, once every chunk was taken.
    public consuming func finish() throws(SnapshotFault) -> CatalogSnapshot {
        guard self.chunks == self.manifest.chunks.count else { throw self.missing }
        guard self.records == self.manifest.records else {
            throw .count(self.records, expected: self.manifest.records)
        }
        return CatalogSnapshot(
            timeline: self.manifest.position.timeline, catalog: self.catalog, savedAt: self.manifest.savedAt)
    }

    private mutating func take(_ kind: SnapshotRecordKind, _ row: SnapshotRow) throws(RecordFault) {
        var body = row.body
        switch kind {
        case .service:
            self.catalog.services.append(
                try Service(from: &body, number: row.number, revision: row.revision))
        case .instance:
            guard let service = row.service else { throw .missingField }
            var instance = try Instance(from: &body, number: row.number, revision: row.revision)
            self.shared.share(&instance.spec)
            self.catalog.instances.append(StoredInstance(service: service, instance: instance))
        case .tombstone:
            self.catalog.tombstones.append(
                try StoredTombstone(from: &body, number: row.number, revision: row.revision))
        case .override:
            self.catalog.overrides.append(
                try StoredOverride(from: &body, number: row.number, revision: row.revision))
        case .subscription:
            self.catalog.subscriptions.append(
                try Subscription(from: &body, number: row.number, revision: row.revision))
        }
    }
}

/// One record in a chunk, taken apart.
private struct SnapshotRow {
    let number: Int64
    let revision: Revision
    let service: Int64?
    let body: RecordReader

    init(from reader: inout RecordReader) throws(RecordFault) {
        var number: Int64?
        var revision: Int64?
        var service: Int64?
        var body: RecordReader?
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case SnapshotRowField.number: number = try reader.integer()
            case SnapshotRowField.revision: revision = try reader.integer()
            case SnapshotRowField.service: service = try reader.integer()
            case SnapshotRowField.body: body = try reader.record()
            default: try reader.skip()
            }
        }
        guard let number, let revision, let body else { throw .missingField }
        self.number = number
        self.revision = Revision(revision)
        self.service = service
        self.body = body
    }
}
