import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Stored records")
struct RecordCodecTests {
    static let spec = InstanceSpec(
        host: "127.0.0.11", port: 8080, protocol: "grpc", version: "1.4.0", status: .starting, weight: 65_535,
        tags: ["blue", ""], metadata: ["a": String(repeating: "x", count: 1_024), "b": "", "\u{1F600}": "e\u{301}"],
        locality: Locality(region: "eu", zone: "eu-1"), ports: [NamedPort(name: "metrics", port: 9090)],
        ttl: .after(.milliseconds(0)), checks: [HealthCheck(name: "beat", kind: .ttl, interval: .seconds(1))],
        deregisterAfter: .never)
    static let instances = [
        Sample.instance(),
        Sample.instance("", number: 1, spec: InstanceSpec(host: "", port: 0, protocol: "")),
        Sample.instance("b", number: .max, spec: Self.spec, incarnation: .max),
        Sample.instance("c", spec: Self.spec, incarnation: 0, health: Sample.health(.unknown, error: "no answer")),
        Sample.instance("d", health: Sample.health(.down, cause: .expire, since: Timestamp(milliseconds: .min))),
    ]

    @Test("An instance is read as it was written", arguments: Self.instances.indices)
    func instance(_ index: Int) throws {
        let instance = Self.instances[index]
        let bytes = Self.bytes { instance.write(to: &$0) }
        #expect(try Self.readInstance(bytes, number: instance.number) == instance)
    }

    @Test("A service is read as it was written")
    func service() throws {
        for service in [
            Sample.service(), Sample.service(type: "rest", metadata: ["a": "1", "b": ""], emptySince: .epoch),
        ] {
            let bytes = Self.bytes { service.write(to: &$0) }
            let read = try Self.read(bytes) { reader throws(RecordFault) in
                try Service(from: &reader, number: service.number, revision: .zero)
            }
            #expect(read == service)
        }
    }

    @Test("A tombstone is read as it was written", arguments: Cause.allCases)
    func tombstone(_ cause: Cause) throws {
        var tombstone = Sample.tombstone(incarnation: Limits.largestInteger)
        tombstone.cause = cause
        let stored = StoredTombstone(service: ServiceKey(namespace: "n", name: "s"), tombstone: tombstone)
        let bytes = Self.bytes { stored.write(to: &$0) }
        let read = try Self.read(bytes) { reader throws(RecordFault) in
            try StoredTombstone(from: &reader, number: tombstone.number, revision: .zero)
        }
        #expect(read == stored)
    }

    @Test("The changes of a commit are read as they were written, alike or not")
    func changes() throws {
        var changes = [Sample.change("a"), Sample.change("b"), Sample.change("", cause: .updateService, actor: "")]
        changes[2].health = nil
        changes[2].status = nil
        changes.append(Sample.change("c", service: ServiceKey(namespace: "n", name: "s"), time: .epoch, detail: "why"))
        changes.append(Sample.change("d", service: ServiceKey(namespace: "", name: "")))
        for count in 0...changes.count {
            let part = Array(changes.prefix(count))
            let bytes = Self.bytes { CommitRecord.write(part, time: Sample.time, to: &$0) }
            #expect(try Self.readChanges(bytes) == part)
        }
    }

    @Test("A commit of changes that are alike takes few bytes for each")
    func changesAreCompact() {
        let changes = (0..<100).map { Sample.change("10.0.0.\($0):8080") }
        #expect(Self.bytes { CommitRecord.write(changes, time: Sample.time, to: &$0) }.count < 100 * 24)
    }

    @Test(
        "Records within records are read at any length",
        arguments: [0, 1, 120, 123, 124, 125, 126, 127, 128, 129, 4_096, 16_377, 16_380, 16_383, 16_384, 2_100_000])
    func innerRecords(_ length: Int) throws {
        let text = String(repeating: "x", count: length)
        let bytes = Self.bytes { writer in
            writer.record(1) { writer in
                writer.record(2) { $0.requiredText(3, text) }
                writer.integer(4, 7)
            }
            writer.text(5, "after")
        }
        try Self.read(bytes) { reader throws(RecordFault) in
            #expect(try reader.next() == 1)
            var outer = try reader.record()
            #expect(try outer.next() == 2)
            var inner = try outer.record()
            #expect(try inner.next() == 3)
            #expect(try inner.text() == text)
            #expect(try inner.next() == nil)
            #expect(try outer.next() == 4)
            #expect(try outer.integer() == 7)
            #expect(try outer.next() == nil)
            #expect(try reader.next() == 5)
            #expect(try reader.text() == "after")
            #expect(try reader.next() == nil)
        }
    }

    @Test("Fields of a later version are passed over, wherever they are")
    func unknownFields() throws {
        let bytes = Self.bytes { writer in
            writer.integer(30, .min)
            Self.instances[2].write(to: &writer)
            writer.text(31, "from a later version")
            writer.record(255) { $0.text(1, "inner") }
        }
        #expect(try Self.readInstance(bytes, number: .max) == Self.instances[2])
    }

    @Test("A record that is cut short anywhere is an error")
    func truncation() {
        let bytes = Self.bytes { Self.instances[2].write(to: &$0) }
        for count in bytes.indices {
            #expect(throws: RecordFault.self) { try Self.readInstance(Array(bytes.prefix(count)), number: 1) }
        }
    }

    @Test("A record with any one bit flipped is an error")
    func flippedBits() {
        for bytes in [Self.bytes { Self.instances[2].write(to: &$0) }, Self.bytes { Self.instances[0].write(to: &$0) }]
        {
            for position in bytes.indices {
                for bit in 0..<8 {
                    var damaged = bytes
                    damaged[position] ^= 1 << bit
                    #expect(throws: RecordFault.self) { try Self.readInstance(damaged, number: 1) }
                }
            }
        }
    }

    @Test("Bytes that pass the checksum give a value or an error, whatever they are")
    func arbitraryBytes() {
        var generator = SeededGenerator(seed: 7)
        let sound = Array(Self.bytes { Self.instances[2].write(to: &$0) }.dropFirst(RecordEnvelope.length))
        for round in 0..<20_000 {
            var body = round % 2 == 0 ? sound : (0..<Int.random(in: 0..<64, using: &generator)).map { _ in 0 }
            for _ in 0..<Int.random(in: 1...8, using: &generator) where !body.isEmpty {
                body[Int.random(in: body.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            body.withUnsafeBytes { bytes in
                var reader = RecordReader(bytes)
                _ = try? Instance(from: &reader, number: 1, revision: .zero)
                reader = RecordReader(bytes)
                _ = try? Service(from: &reader, number: 1, revision: .zero)
                reader = RecordReader(bytes)
                _ = try? CommitRecord.read(from: &reader, revision: .zero, time: .epoch)
            }
        }
    }

    @Test("Each fault has its name")
    func faults() {
        let cases: [(body: [UInt8], fault: RecordFault)] = [
            ([0x0A], .truncated), ([0x0A, 0x05, 0x41], .truncated), ([0x18], .truncated), ([0x80], .truncated),
            ([0x09, 0x00], .unknownType), ([0x08, 0x00], .wrongType), ([0x1A, 0x00], .wrongType),
            ([0x0A, 0x01, 0xFF], .notUnicode), ([], .missingField), ([0x30, 0x09], .outOfRange),
            ([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], .outOfRange),
        ]
        for (body, fault) in cases {
            body.withUnsafeBytes { bytes in
                var reader = RecordReader(bytes)
                #expect(throws: fault, "\(body)") { try Instance(from: &reader, number: 1, revision: .zero) }
            }
        }
        #expect(throws: RecordFault.unknownFormat(2)) { try Self.readInstance([2, 0, 0, 0, 0], number: 1) }
        #expect(throws: RecordFault.checksum) { try Self.readInstance([1, 0, 0, 0, 0], number: 1) }
    }

    @Test("The checksum is Adler-32")
    func checksum() {
        let cases: [(text: String, sum: UInt32)] = [
            ("", 1), ("a", 0x0062_0062), ("Wikipedia", 0x11E6_0398),
            (String(repeating: "\u{7F}", count: 20_000), 0xA8BF_C41B),
        ]
        for (text, sum) in cases {
            #expect(Array(text.utf8).withUnsafeBytes { RecordEnvelope.checksum($0) } == sum, "\(text.prefix(10))")
        }
    }

    // MARK: Reading and writing

    static func bytes(_ body: (inout RecordWriter) -> Void) -> [UInt8] {
        var writer = RecordWriter()
        writer.seal(body)
        return Array(writer.bytes)
    }

    static func read<Value>(
        _ bytes: [UInt8], _ body: (inout RecordReader) throws(RecordFault) -> Value
    ) throws -> Value {
        try bytes.withUnsafeBytes { bytes in
            var reader = try RecordEnvelope.open(bytes)
            return try body(&reader)
        }
    }

    static func readInstance(_ bytes: [UInt8], number: Int64) throws -> Instance {
        try self.read(bytes) { reader throws(RecordFault) in
            try Instance(from: &reader, number: number, revision: .zero)
        }
    }

    static func readChanges(_ bytes: [UInt8]) throws -> [Change] {
        try self.read(bytes) { reader throws(RecordFault) in
            try CommitRecord.read(from: &reader, revision: .zero, time: Sample.time)
        }
    }
}
