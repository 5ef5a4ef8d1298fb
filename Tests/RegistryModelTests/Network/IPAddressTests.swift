import RegistryModel
import Testing

struct IPAddressTests {
    @Test(
        arguments: [
            ("0.0.0.0", 0), ("127.0.0.1", 0x7f00_0001), ("255.255.255.255", 0xffff_ffff), ("1.2.3.4", 0x0102_0304),
        ] as [(String, UInt32)])
    func readsIPv4(text: String, number: UInt32) {
        #expect(IPAddress(text) == IPAddress(v4: number))
        #expect(IPAddress(v4: number).description == text)
    }

    @Test(
        arguments: [
            ("::", 0), ("::1", 1), ("1::", 1 << 112), ("::ffff:127.0.0.1", 0xffff_7f00_0001),
            ("64:ff9b::c000:221", 0x64_ff9b << 96 | 0xc000_0221), ("::7f00:1", 0x7f00_0001),
            ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
            ("fe80::a9fe:a9fe", 0xfe80 << 112 | 0xa9fe_a9fe),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", UInt128.max),
        ] as [(String, UInt128)])
    func readsIPv6(text: String, number: UInt128) {
        #expect(IPAddress(text) == IPAddress(v6: number))
        #expect(IPAddress(v6: number).description == text)
    }

    /// RFC 5952, section 4.
    @Test(arguments: [
        ("2001:0DB8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:0:0:0:0:0", "1::"), ("::FFFF:0102:0304", "::ffff:1.2.3.4"),
        ("::1.2.3.4", "::102:304"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1::5:6:1.2.3.4", "1::5:6:102:304"),
    ])
    func writesTheCanonicalForm(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "a.b.c.d", "localhost", "::1%lo", "[::1]", ":::",
    ])
    func refusesWhatIsNone(text: String) { #expect(IPAddress(text) == nil) }

    @Test func isMadeOfBytes() {
        #expect(IPAddress("1.2.3.4")?.bytes == [1, 2, 3, 4])
        #expect(IPAddress("102:304::f")?.bytes == [1, 2, 3, 4] + [UInt8](repeating: 0, count: 11) + [15])
        #expect(IPAddress(bytes: [127, 0, 0, 1] as [UInt8])?.description == "127.0.0.1")
        #expect(IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1])?.description == "::1")
        for count in [0, 3, 5, 15, 17] { #expect(IPAddress(bytes: [UInt8](repeating: 0, count: count)) == nil) }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.255", true), ("126.255.255.255", false), ("128.0.0.0", false), ("::1", true),
        ("::2", false), ("::", false), ("::ffff:127.9.9.9", true), ("::ffff:10.0.0.1", false), ("::127.0.0.1", false),
    ])
    func knowsLoopback(text: String, isLoopback: Bool) { #expect(IPAddress(text)?.isLoopback == isLoopback) }

    @Test(arguments: [
        ("::ffff:1.2.3.4", ["1.2.3.4"]), ("::1.2.3.4", ["1.2.3.4"]), ("::ffff:0:1.2.3.4", ["1.2.3.4"]),
        ("64:ff9b::1.2.3.4", ["1.2.3.4"]), ("2002:102:304::", ["1.2.3.4"]), ("2002:102:304:5:6:7:8:9", ["1.2.3.4"]),
        ("2001:0:102:304:0:0:f5ff:fffe", ["1.2.3.4", "10.0.0.1"]), ("fd00::5efe:1.2.3.4", ["1.2.3.4"]),
        ("fd00::200:5efe:1.2.3.4", ["1.2.3.4"]), ("64:ff9b:1::1.2.3.4", ["1.2.3.4"]), ("64:ff9b:1::", ["0.0.0.0"]),
        ("::", []), ("::1", []), ("2001:db8::1", []), ("fd00::1", []), ("1.2.3.4", []), ("2001:1:102:304::", []),
        ("64:ff9b:2::1.2.3.4", []),
    ])
    func findsWhatIsEmbedded(text: String, embedded: [String]) throws {
        #expect(try #require(IPAddress(text)).embedded.map(\.description) == embedded)
    }

    /// RFC 6052, section 2.4: the same address behind prefixes of 48, 56 and 64 bits. The other readings are found as well.
    @Test(arguments: ["64:ff9b:1:c000:2:2100::", "64:ff9b:1:c0:0:221::", "64:ff9b:1:0:c0:2:2100:0"])
    func findsWhatIsBehindAnyPrefix(text: String) throws {
        #expect(try #require(IPAddress(text)).embedded.map(\.description).contains("192.0.2.33"))
    }
}
