import NIOCore
import RegistryModel
import Testing

@testable import HTTPAPI

@Suite("Framing of events")
struct EventFramingTests {
    private func event(_ text: String) -> EncodedEvent { EncodedEvent(bytes: ByteBuffer(string: text + "\n")) }

    @Test func onlyTheLastEventOfARevisionHasTheID() {
        var framing = EventFraming()
        framing.append(self.event("a"))
        framing.append(self.event("b"))
        framing.endRevision(Revision(7))
        framing.append(self.event("c"))
        framing.endRevision(Revision(8))
        #expect(String(buffer: framing.take().bytes) == "a\n\nb\nid: 7\n\nc\nid: 8\n\n")
        #expect(framing.take().bytes.readableBytes == 0)
    }

    @Test func aRevisionOfWhichTheViewSeesNothingLeavesNoTrace() {
        var framing = EventFraming()
        framing.endRevision(Revision(7))
        framing.append(self.event("a"))
        #expect(framing.piece.bytes.readableBytes == 0, "it may be the last, so it is held back")
        framing.endRevision(Revision(8))
        framing.endRevision(Revision(9))
        #expect(String(buffer: framing.take().bytes) == "a\nid: 8\n\n")
    }
}

@Suite("Compression")
struct GzipTests {
    @Test(arguments: [
        ("gzip", true), ("deflate, gzip;q=0.5", true), ("*", true), ("GZIP", true), ("gzip;q=0", false),
        ("gzip; q=0.0", false),
        ("identity", false), ("", false), ("*;q=0", false), ("*;q=0, gzip", true), ("x-gzip", true), ("br", false),
    ])
    func acceptEncoding(_ field: String, _ isAccepted: Bool) { #expect(Gzip.isAccepted(by: field) == isAccepted) }

    @Test func whatIsCompressedComesBack() throws {
        for count in [1_400, 10_000, 300_000] {
            let plain = ByteBuffer(string: String(repeating: "rollcall ", count: count / 9))
            let compressed = try #require(Gzip.compress(plain))
            #expect(try Gunzip.inflate(Array(compressed.readableBytesView)) == Array(plain.readableBytesView))
        }
    }

    @Test func whatGainsNothingIsLeftAlone() { #expect(Gzip.compress(ByteBuffer(string: "x")) == nil) }
}
