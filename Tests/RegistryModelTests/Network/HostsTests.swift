import RegistryModel
import Testing

struct HostsTests {
    @Test(arguments: [
        "localhost", "a", "a.b", "example.com", "example.com.", "a.", "EXAMPLE.com", "my-host", "my_host",
        "_dns.example", "1host", "1.example", "3com.com", "xn--bcher-kva.example", "a--b", "host1.2.3a", "1-2", "0x7f",
        String(repeating: "a", count: 63), String(repeating: "a", count: 63) + ".b",
        Array(repeating: "abcdefg", count: 31).joined(separator: ".") + ".abcde",
    ])
    func allowsNames(host: String) { #expect(Hosts.fault(in: host) == nil) }

    @Test(arguments: [
        "", " ", ".", "..", ".a", "a..b", "-a", "a-", "a.-b", "a-.b", "a b", "a/b", "a\n", "a\0", "http://a", "a@b",
        "ä.example",
        "a,b", "*", "*.example.com", "a%20b", "127.0.0.1/8", "[::1]", "localhost:80", String(repeating: "a", count: 64),
        Array(repeating: "abcdefg", count: 31).joined(separator: ".") + ".abcdef.",
    ])
    func refusesNames(host: String) { #expect(Hosts.fault(in: host) != nil) }

    @Test(arguments: [
        "0.0.0.0", "1.2.3.4", "127.0.0.1", "255.255.255.255", "10.20.30.40", "192.168.0.10",
    ])
    func allowsIPv4(host: String) { #expect(Hosts.fault(in: host) == nil) }

    @Test(arguments: [
        "1", "1.2", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.256.1.1", "1.1.1.256", "1.1.1.999", "01.2.3.4", "1.2.3.04",
        "1.2.3.00", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.1111", "127.1", "2130706433", "0000.0.0.0",
        "1.2.3.99999999999999999999",
    ])
    func refusesIPv4(host: String) { #expect(Hosts.fault(in: host) != nil) }

    @Test(arguments: [
        "::", "::1", "1::", "::1:2", "1::2", "2001:db8::1", "2001:DB8::A", "fe80::1", "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3::6:7:8", "1:0002:3:4:5:6:7:8",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:1.2.3.4", "::1.2.3.4", "64:ff9b::192.0.2.33",
        "1:2:3:4:5:6:1.2.3.4", "1::5:6:1.2.3.4", "0:0:0:0:0:0:0:0",
    ])
    func allowsIPv6(host: String) { #expect(Hosts.fault(in: host) == nil) }

    @Test(arguments: [
        ":", ":::", "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8", "1::2::3", "1:::2", "12345::", "::12345", "g::", "::1%eth0", "fe80::1%25eth0", "[::1]",
        "[::1]:80", "::1:80:", "::1 ", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.256", "::1.2.3.4:5", "1.2.3.4::",
        "::01.2.3.4", "::.1.2.3", "::ffff:1.2.3.4.5", "a:b", "host:80", "127.0.0.1:80", "::-1", "::+1", "0x1::",
        "::\u{661}", "1:2:3:4:5:6:7:", ":2:3:4:5:6:7:8", "::1\0", "::/0",
    ])
    func refusesIPv6(host: String) { #expect(Hosts.fault(in: host) != nil) }

    @Test func saysWhatIsWrong() {
        #expect(Hosts.fault(in: "") == "is empty; a host is a name, an IPv4 or an IPv6 address")
        #expect(Hosts.fault(in: String(repeating: "a.", count: 200)) == "has 400 bytes; a host has at most 253")
        #expect(
            Hosts.fault(in: "[::1]") == "is \"[::1]\"; a host is a name, an IPv4 or an IPv6 address without brackets")
    }
}
