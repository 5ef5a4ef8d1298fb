import RegistryModel
import Testing

struct IPNetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("1.2.3.4", "1.2.3.4"),
        ("1.2.3.4/32", "1.2.3.4"), ("fd00::1/8", "fd00::/8"), ("::1", "::1"), ("::1/128", "::1"), ("ff::/0", "::/0"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:10.0.0.1", "10.0.0.1"), ("::ffff:0:0/95", "::fffe:0:0/95"),
    ])
    func readsAndWrites(text: String, canonical: String) { #expect(IPNetwork(text)?.description == canonical) }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/8 ",
        "::/129",
        "10.0.0.0/99999999999999999999", "example.org/8", "10.0.0/8", "fd00::/x",
    ])
    func refusesWhatIsNone(text: String) { #expect(IPNetwork(text) == nil) }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "9.255.255.255", false),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("10.0.0.0/8", "::10.1.1.1", false), ("1.2.3.4", "1.2.3.4", true),
        ("1.2.3.4", "1.2.3.5", false), ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "::1", false),
        ("::/0", "ffff::1", true), ("::/0", "1.2.3.4", false), ("fd00::/8", "fdff::1", true),
        ("fd00::/8", "fe00::", false),
        ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::", false), ("::1", "::1", true), ("::1", "::", false),
        ("128.0.0.0/1", "127.255.255.255", false), ("128.0.0.0/1", "128.0.0.0", true),
    ])
    func contains(network: String, address: String, isIn: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        ("10.1.0.0/16", "10.0.0.0/8", true), ("10.0.0.0/8", "10.0.0.0/8", true), ("10.0.0.0/7", "10.0.0.0/8", false),
        ("11.0.0.0/16", "10.0.0.0/8", false), ("::1", "::/0", true), ("10.0.0.1", "::/0", false),
    ])
    func isWithin(inner: String, outer: String, isIn: Bool) throws {
        #expect(try #require(IPNetwork(inner)).isWithin(try #require(IPNetwork(outer))) == isIn)
    }

    @Test func refusesAPrefixThatIsTooLong() {
        #expect(IPNetwork(IPAddress(v4: 1), prefix: 33) == nil)
        #expect(IPNetwork(IPAddress(v4: 1), prefix: -1) == nil)
        #expect(IPNetwork(IPAddress(v6: 1), prefix: 33) != nil)
    }
}
