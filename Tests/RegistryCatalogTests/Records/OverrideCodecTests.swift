import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

@Suite("Stored overrides")
struct OverrideCodecTests {
    static let overrides = [
        Sample.override(), Sample.override(status: nil, weight: 0), Sample.override(status: .up, weight: .max),
        Sample.override(status: .draining, reason: "e\u{301}\u{1F600}", expiresAt: .epoch, absentSince: Sample.time),
        Sample.override(status: .starting, expiresAt: Timestamp(milliseconds: .max)),
    ]

    @Test("An override is read as it was written", arguments: OverrideCodecTests.overrides, [nil, "a", "[::1]:80"])
    func override(_ override: Override, _ instance: String?) throws {
        let key = OverrideKey(service: ServiceKey(namespace: "n", name: "s"), instance: instance)
        let stored = StoredOverride(key: key, override: override)
        let bytes = RecordCodecTests.bytes { stored.write(to: &$0) }
        let read = try RecordCodecTests.read(bytes) { reader throws(RecordFault) in
            try StoredOverride(from: &reader, number: override.number, revision: .zero)
        }
        #expect(read == stored)
    }

    @Test("An override that is cut short anywhere is an error")
    func truncation() {
        let stored = StoredOverride(
            key: OverrideKey(service: ServiceKey(name: "s"), instance: "a"), override: Sample.override(reason: "r"))
        let bytes = RecordCodecTests.bytes { stored.write(to: &$0) }
        for length in bytes.indices {
            #expect(throws: RecordFault.self) {
                try RecordCodecTests.read(Array(bytes[..<length])) { reader throws(RecordFault) in
                    try StoredOverride(from: &reader, number: 1, revision: .zero)
                }
            }
        }
    }
}
