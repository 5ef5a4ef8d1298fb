import RollcallServer
import Testing

@Suite struct ByteCountTests {
    @Test(arguments: [("0", 0), ("65536", 65_536), ("64KiB", 65_536), ("4MiB", 4_194_304), ("2GiB", 2_147_483_648)])
    func reads(text: String, bytes: Int) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "KiB", "-1", "+1", "1 MiB", "1MB", "1.5MiB", "1mib", "9007199254740992", "8796093022208KiB",
        "99999999999999999999",
    ])
    func refuses(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test(arguments: [0, 1, 1023, 1024, 1025, 4 << 20, (4 << 20) + 1, 3 << 30, (1 << 53) - 1])
    func writesWhatReadsBack(bytes: Int) {
        let count = ByteCount(bytes: bytes)
        #expect(ByteCount(count.description) == count)
    }

    @Test func writesTheLargestUnitThatFits() {
        #expect(ByteCount.mebibytes(64).description == "64MiB")
        #expect(ByteCount(bytes: 1025).description == "1025")
    }
}
