import Crypto
public import RegistryModel

/// What a snapshot must consist of to be whole: where it stands, how many records it has, and the digest of each chunk.
///
/// Encoded it is the SHA-256 of what follows, and then a record (``RecordWriter``) that begins with the schema's number.
public struct SnapshotManifest: Sendable, Hashable {
    /// One part of the snapshot's records.
    public struct Chunk: Sendable, Hashable {
        /// In bytes.
        public var length: Int
        /// SHA-256.
        public var digest: [UInt8]

        public init(of bytes: [UInt8]) {
            self.length = bytes.count
            self.digest = bytes.withUnsafeBytes { SnapshotManifest.digest(of: $0) }
        }

        fileprivate init(length: Int, digest: [UInt8]) {
            self.length = length
            self.digest = digest
        }
    }

    public var position: SnapshotPosition
    public var savedAt = Timestamp(milliseconds: 0)
    /// Above every number ever given to a row.
    public var nextNumber: Int64
    /// Of all chunks together.
    public var records: Int
    public var chunks: [Chunk]

    /// What this version writes. A later one raises it when an older one must not read what it writes.
    static let schema: Int64 = 1
    static let digestLength = 32
    /// Beyond these a manifest is not believed: chunks are closed at 1 MiB, and a record is far smaller than 7 MiB.
    public static let mostChunks = 16_384
    public static let longestChunk = 8 << 20
    /// What an encoded one takes at most.
    public static let longestManifest = 1 << 20

    /// Field numbers. They are in caches that exist: never change or reuse one.
    private enum Field {
        static let schema: UInt8 = 1
        static let registryID: UInt8 = 2
        static let timeline: UInt8 = 3
        static let revision: UInt8 = 4
        static let nextNumber: UInt8 = 5
        static let records: UInt8 = 6
        static let chunk: UInt8 = 7
        static let savedAt: UInt8 = 8
        static let chunkLength: UInt8 = 1
        static let chunkDigest: UInt8 = 2
    }
}

// MARK: Writing

extension SnapshotManifest {
    public func encoded() -> [UInt8] {
        var writer = RecordWriter()
        writer.restart()
        writer.integer(Field.schema, Self.schema)
        writer.requiredText(Field.registryID, self.position.registryID)
        writer.integer(Field.timeline, self.position.timeline)
        writer.integer(Field.revision, self.position.revision.rawValue)
        writer.integer(Field.nextNumber, self.nextNumber)
        writer.integer(Field.records, Int64(self.records))
        writer.integer(Field.savedAt, self.savedAt.milliseconds)
        for chunk in self.chunks {
            writer.record(Field.chunk) { writer in
                writer.integer(Field.chunkLength, Int64(chunk.length))
                writer.rawBytes(Field.chunkDigest, chunk.digest)
            }
        }
        return Self.digest(of: writer.bytes) + Array(writer.bytes)
    }

    static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var function = SHA256()
        function.update(bufferPointer: bytes)
        return Array(function.finalize())
    }
}

// MARK: Reading

extension SnapshotManifest {
    public init(encoded bytes: [UInt8]) throws(SnapshotFault) {
        self = try bytes.withUnsafeBufferPointer { bytes throws(SnapshotFault) in
            try Self(UnsafeRawBufferPointer(bytes))
        }
    }

    private init(_ bytes: UnsafeRawBufferPointer) throws(SnapshotFault) {
        guard bytes.count > Self.digestLength, bytes.count <= Self.longestManifest else { throw .manifest }
        let body = UnsafeRawBufferPointer(rebasing: bytes[Self.digestLength...])
        guard Self.digest(of: body).elementsEqual(bytes[..<Self.digestLength]) else { throw .manifest }
        var reader = RecordReader(body)
        let schema = Self.schema(from: &reader)
        guard schema == Self.schema else { throw schema.map { .schema($0) } ?? .manifest }
        do throws(RecordFault) { try self.init(from: &reader) } catch { throw .manifest }
    }

    /// The first field; nil when it is something else.
    private static func schema(from reader: inout RecordReader) -> Int64? {
        guard (try? reader.next()) == UInt64(Field.schema) else { return nil }
        return try? reader.integer()
    }

    private init(from reader: inout RecordReader) throws(RecordFault) {
        var registryID = ""
        var numbers = (timeline: Int64(-1), revision: Int64(-1), next: Int64(-1))
        var records: Int?
        var savedAt = Timestamp(milliseconds: 0)
        var chunks: [Chunk] = []
        while let field = try reader.next() {
            switch UInt8(exactly: field) {
            case Field.registryID: registryID = try reader.text()
            case Field.timeline: numbers.timeline = try reader.integer()
            case Field.revision: numbers.revision = try reader.integer()
            case Field.nextNumber: numbers.next = try reader.integer()
            case Field.records: records = try reader.integer(as: Int.self)
            case Field.savedAt: savedAt = Timestamp(milliseconds: try reader.integer())
            case Field.chunk: chunks.append(try Self.chunk(from: &reader))
            default: try reader.skip()
            }
        }
        guard let records, records >= 0, !registryID.isEmpty, numbers.timeline >= 0, numbers.next >= 0,
            (0...Revision.max.rawValue).contains(numbers.revision), chunks.count <= Self.mostChunks
        else { throw .missingField }
        self.init(
            position: SnapshotPosition(
                registryID: registryID, timeline: numbers.timeline, revision: Revision(numbers.revision)),
            savedAt: savedAt, nextNumber: numbers.next, records: records, chunks: chunks)
    }

    private static func chunk(from reader: inout RecordReader) throws(RecordFault) -> Chunk {
        var inner = try reader.record()
        var chunk = Chunk(length: 0, digest: [])
        while let field = try inner.next() {
            switch UInt8(exactly: field) {
            case Field.chunkLength: chunk.length = try inner.integer(as: Int.self)
            case Field.chunkDigest: chunk.digest = try inner.rawBytes()
            default: try inner.skip()
            }
        }
        guard (1...Self.longestChunk).contains(chunk.length), chunk.digest.count == Self.digestLength else {
            throw .outOfRange
        }
        return chunk
    }
}
