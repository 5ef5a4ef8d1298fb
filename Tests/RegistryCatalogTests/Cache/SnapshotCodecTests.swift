import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Snapshots as chunks and a manifest")
struct SnapshotCodecTests {
    @Test("A snapshot is read as it was written, whatever the size of its chunks", arguments: [1, 64, 300, 1 << 20])
    func roundTrip(_ chunkBytes: Int) throws {
        for instances in [0, 1, 50] {
            let snapshot = Sample.snapshot(instances: instances)
            let encoded = EncodedSnapshot(snapshot, chunkBytes: chunkBytes)
            let loaded = try encoded.decoded()
            #expect(loaded.position == snapshot.position)
            #expect(CatalogRecords(loaded.catalog) == CatalogRecords(snapshot.catalog))
            #expect(try SnapshotManifest(encoded: encoded.manifest.encoded()) == encoded.manifest)
            if chunkBytes == 1 { #expect(encoded.chunks.count == encoded.manifest.records) }
        }
    }

    @Test("An empty catalogue is a snapshot without chunks")
    func empty() throws {
        let nothing = StoredCatalog(
            registryID: "r", revision: .zero, services: [], instances: [], tombstones: [], nextNumber: 1)
        let encoded = EncodedSnapshot(CatalogSnapshot(timeline: 0, catalog: nothing))
        #expect(encoded.chunks.isEmpty)
        #expect(CatalogRecords(try encoded.decoded().catalog) == CatalogRecords(nothing))
    }

    @Test("A chunk is closed at its length, and longer by no more than one record")
    func chunkLength() {
        let encoded = EncodedSnapshot(Sample.snapshot(instances: 500), chunkBytes: 1_000)
        #expect(encoded.chunks.count > 20)
        for chunk in encoded.chunks.dropLast() { #expect((1_000..<1_500).contains(chunk.count)) }
    }

    @Test("Chunks that are missing, too many or out of order are an error")
    func otherChunks() {
        let sound = EncodedSnapshot(Sample.snapshot(instances: 5), chunkBytes: 64)
        let count = sound.chunks.count
        for index in sound.chunks.indices {
            var other = sound
            other.chunks.remove(at: index)
            let isLast = index == count - 1
            let fault = isLast ? SnapshotFault.missingChunk(index, of: count) : .damagedChunk(index, of: count)
            #expect(throws: fault) { try other.decoded() }
            other.chunks.insert(sound.chunks[(index + 1) % count], at: index)
            #expect(throws: SnapshotFault.damagedChunk(index, of: count)) { try other.decoded() }
        }
        var longer = sound
        longer.chunks.append(sound.chunks[0])
        #expect(throws: SnapshotFault.surplusChunk) { try longer.decoded() }
    }

    @Test("A chunk or a manifest with any one bit changed, or cut short anywhere, is an error")
    func damage() {
        let sound = EncodedSnapshot(Sample.snapshot(instances: 1))
        let manifest = sound.manifest.encoded()
        for position in manifest.indices {
            #expect(throws: SnapshotFault.manifest) { try SnapshotManifest(encoded: Array(manifest[..<position])) }
            for bit in 0..<8 {
                var damaged = manifest
                damaged[position] ^= 1 << bit
                #expect(throws: SnapshotFault.manifest) { try SnapshotManifest(encoded: damaged) }
            }
        }
        for position in sound.chunks[0].indices {
            var cut = sound
            cut.chunks[0] = Array(cut.chunks[0][..<position])
            #expect(throws: SnapshotFault.damagedChunk(0, of: 1)) { try cut.decoded() }
            for bit in 0..<8 {
                var damaged = sound
                damaged.chunks[0][position] ^= 1 << bit
                #expect(throws: SnapshotFault.damagedChunk(0, of: 1)) { try damaged.decoded() }
            }
        }
    }

    @Test("Bytes that pass their checksums give a snapshot or an error, whatever they are")
    func arbitraryBytes() {
        var generator = SeededGenerator(seed: 5)
        let sound = EncodedSnapshot(Sample.snapshot(instances: 2))
        var read = 0
        for _ in 0..<5_000 {
            var other = sound
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: other.chunks[0].indices, using: &generator)
                other.chunks[0][place] = .random(in: 0...255, using: &generator)
            }
            other.manifest.chunks = [SnapshotManifest.Chunk(of: other.chunks[0])]
            if (try? other.decoded()) != nil { read += 1 }
            var manifest = Array(sound.manifest.encoded().dropFirst(SnapshotManifest.digestLength))
            manifest[Int.random(in: manifest.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            _ = try? SnapshotManifest(encoded: manifest.withUnsafeBytes { SnapshotManifest.digest(of: $0) } + manifest)
        }
        // Most of what changes is text, which reads on.
        #expect(read > 500)
    }

    @Test("Fields and kinds of records of a later version are passed over; another schema is not read")
    func laterVersions() throws {
        let snapshot = Sample.snapshot(instances: 1)
        var later = EncodedSnapshot(snapshot)
        var writer = RecordWriter()
        writer.restart()
        writer.record(200) { $0.text(1, "a kind of record to come") }
        writer.integer(201, 7)
        later.chunks.append(Array(writer.bytes))
        later.manifest.chunks.append(SnapshotManifest.Chunk(of: later.chunks[1]))
        later.manifest.records += 2
        #expect(CatalogRecords(try later.decoded().catalog) == CatalogRecords(snapshot.catalog))
        var body = Array(later.manifest.encoded().dropFirst(SnapshotManifest.digestLength))
        body += [0xF8, 0x01, 0x07]
        func sealed(_ body: [UInt8]) -> [UInt8] { body.withUnsafeBytes { SnapshotManifest.digest(of: $0) } + body }
        #expect(try SnapshotManifest(encoded: sealed(body)) == later.manifest)
        // The schema is the first field: its tag, and then its number.
        body[1] = 2
        #expect(throws: SnapshotFault.schema(2)) { try SnapshotManifest(encoded: sealed(body)) }
        #expect(CacheError(.schema(2), in: "a test").code == .newerVersion)
    }

    @Test("A snapshot with another number of records than its manifest says is an error")
    func count() {
        var other = EncodedSnapshot(Sample.snapshot(instances: 1))
        let records = other.manifest.records
        other.manifest.records += 1
        #expect(throws: SnapshotFault.count(records, expected: records + 1)) { try other.decoded() }
    }

    @Test("A position is newer by its timeline, then by its revision, and only within its registry")
    func positions() {
        let positions = [(0, 1), (0, 2), (1, 1), (1, 2)].map {
            SnapshotPosition(registryID: "r", timeline: $0, revision: Revision($1))
        }
        for (index, position) in positions.enumerated() {
            for (other, older) in positions.enumerated() { #expect(position.isNewer(than: older) == (index > other)) }
            var foreign = position
            foreign.registryID = "other"
            #expect(positions.allSatisfy { !foreign.isNewer(than: $0) })
        }
    }
}

/// A snapshot in its encoded form, to be tampered with.
struct EncodedSnapshot {
    var manifest: SnapshotManifest
    var chunks: [[UInt8]] = []

    init(_ snapshot: CatalogSnapshot, chunkBytes: Int = SnapshotEncoder.chunkBytes) {
        var encoder = SnapshotEncoder(snapshot, chunkBytes: chunkBytes)
        while let chunk = encoder.next() { self.chunks.append(chunk) }
        self.manifest = encoder.manifest
    }

    @discardableResult
    func decoded() throws(SnapshotFault) -> CatalogSnapshot {
        var assembly = SnapshotAssembly(self.manifest)
        for chunk in self.chunks { try assembly.append(chunk) }
        return try assembly.finish()
    }
}
