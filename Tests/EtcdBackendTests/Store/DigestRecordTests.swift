import RegistryCatalog
import RegistryModel
import SwiftProtobuf
import Testing

@testable import EtcdBackend

@Suite("The stored form of what nodes say of themselves")
struct DigestRecordTests {
    @Test("A digest comes back as it was")
    func digest() throws {
        var digest = TestDigests.digest(1, beats: [1, 2, 300, 70_000, 1 << 52])
        digest.drains = [.init(service: ServiceKey(namespace: "n", name: "s"), revision: Revision(8))]
        digest.hasMoreDrains = true
        digest.standstills = 3
        digest.stoodStill = 4_000
        let record = try StoredDigestRecord(serializedBytes: StoredDigestRecord(digest).bytes)
        #expect(record.model(writer: digest.writer) == digest)
    }

    @Test("A beat among many takes a byte or two")
    func size() {
        let beats = (0..<40_000).map { Int64($0) * 100 + 7_000_000 }
        #expect(StoredDigestRecord(TestDigests.digest(1, beats: beats)).bytes.count < 41_000)
        let sparse = (0..<40_000).map { Int64($0) * 10_000 }
        #expect(StoredDigestRecord(TestDigests.digest(1, beats: sparse)).bytes.count < 81_000)
    }

    @Test("Numbers that are no ascending ones do no harm")
    func damaged() {
        var record = StoredDigestRecord()
        record.gaps = [UInt64.max, UInt64.max, 1]
        #expect(record.model(writer: 1).beats == [-1, -2, -1])
    }

    @Test("A member comes back as it was")
    func member() throws {
        let member = TestDigests.member(7)
        let record = try StoredMemberRecord(serializedBytes: StoredMemberRecord(member).bytes)
        var expected = member
        expected.epoch = 12
        #expect(record.model(id: 7, epoch: 12) == expected)
    }
}

enum TestDigests {
    static func digest(_ sequence: Int64, writer: UInt64 = 5, beats: [Int64] = []) -> Digest {
        Digest(
            writer: writer, sequence: sequence, applied: Revision(17), hash: StateHash(high: 1 << 63, low: 9),
            beats: beats)
    }

    static func member(_ id: UInt64) -> Member {
        Member(
            id: id, node: "node-\(id)", address: "127.0.0.1:8080", version: "1.2.3", schema: Int(Schema.current),
            startedAt: Timestamp(milliseconds: 1_700_000_000_000))
    }
}
