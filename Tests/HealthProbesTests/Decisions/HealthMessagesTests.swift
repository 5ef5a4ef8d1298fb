import NIOCore
import Testing

@testable import HealthProbes

struct HealthMessagesTests {
    @Test func writesRequests() {
        #expect(Array(HealthMessages.request(service: "").readableBytesView) == [0, 0, 0, 0, 0])
        #expect(Array(HealthMessages.request(service: "ab").readableBytesView) == [0, 0, 0, 0, 4, 10, 2, 97, 98])
        let long = HealthMessages.request(service: String(repeating: "x", count: 300))
        #expect(Array(long.readableBytesView.prefix(8)) == [0, 0, 0, 1, 47, 10, 0xac, 2])
    }

    @Test(
        arguments: [
            ([], .unknown), ([8, 1], .serving), ([8, 2], .notServing), ([8, 3], .serviceUnknown), ([8, 0], .unknown),
            ([8, 77], .unknown), ([8, 2, 8, 1], .serving),
            ([8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], .unknown),
            // Fields that a later version may add: a number, eight bytes, a text, four bytes.
            ([16, 9, 8, 1], .serving), ([17, 1, 2, 3, 4, 5, 6, 7, 8, 8, 1], .serving), ([18, 2, 8, 2, 8, 1], .serving),
            ([21, 1, 2, 3, 4, 8, 1], .serving),
        ] as [([UInt8], HealthMessages.ServingStatus)])
    func readsResponses(message: [UInt8], status: HealthMessages.ServingStatus) {
        #expect(HealthMessages.response(ByteBuffer(bytes: [0, 0, 0, 0, UInt8(message.count)] + message)) == status)
    }

    @Test(
        arguments: [
            [], [0], [0, 0, 0, 0], [1, 0, 0, 0, 2, 8, 1], [0, 0, 0, 0, 3, 8, 1], [0, 0, 0, 0, 1, 8, 1],
            [0, 0, 0, 0, 1, 8],
            [0, 0, 0, 0, 2, 8, 0x80], [0, 0, 0, 0, 2, 18, 5], [0, 0, 0, 0, 2, 17, 1], [0, 0, 0, 0, 2, 21, 1],
            [0, 0, 0, 0, 2, 11, 1], [0, 0, 0, 0, 1, 0x80],
            [0, 0, 0, 0, 11, 18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            [0, 0, 0, 0, 12, 8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        ] as [[UInt8]])
    func refusesWhatIsNoResponse(bytes: [UInt8]) {
        #expect(HealthMessages.response(ByteBuffer(bytes: bytes)) == nil)
    }
}
