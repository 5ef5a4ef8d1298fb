import RegistryModel
import Testing

struct OutboundPolicyTests {
    private static func policy(
        allow: [String] = [], deny: [String] = [], onLoopback: Bool = true
    ) -> OutboundPolicy {
        OutboundPolicy(
            allow: allow.compactMap(OutboundRule.init), deny: deny.compactMap(OutboundRule.init),
            listensOnLoopbackAlone: onLoopback)
    }

    private static func fault(_ policy: OutboundPolicy, _ address: String, host: String? = nil) throws -> String? {
        policy.fault(address: try #require(IPAddress(address)), host: host ?? address)
    }

    /// Each also where a rule allows it in so many words.
    @Test(arguments: [
        ("169.254.169.254", "a cloud metadata address"), ("fd00:ec2::254", "a cloud metadata address"),
        ("100.100.100.200", "a cloud metadata address"), ("192.0.0.192", "a cloud metadata address"),
        ("168.63.129.16", "a cloud metadata address"), ("169.254.170.2", "a cloud metadata address"),
        ("fd20:ce::254", "a cloud metadata address"), ("fe80::a9fe:a9fe", "a cloud metadata address"),
        ("::ffff:169.254.169.254", "a cloud metadata address"), ("::169.254.169.254", "a cloud metadata address"),
        ("64:ff9b::169.254.169.254", "a cloud metadata address"), ("2002:a9fe:a9fe::1", "a cloud metadata address"),
        ("64:ff9b:1::169.254.169.254", "a cloud metadata address"), ("64:ff9b::6464:64c8", "a cloud metadata address"),
        ("64:ff9b:1:a9fe:a9:fe00::", "a cloud metadata address"), ("fd00::5efe:a9fe:a9fe", "a cloud metadata address"),
        ("2001:0:a9fe:a9fe::", "a cloud metadata address"),
        ("2001:0:102:304:0:0:5601:5601", "a cloud metadata address"),
        ("0.0.0.0", "an unspecified address"), ("0.1.2.3", "an unspecified address"), ("::", "an unspecified address"),
        ("::ffff:0.0.0.0", "an unspecified address"), ("64:ff9b::0.0.0.0", "an unspecified address"),
        ("169.254.0.1", "a link-local address"), ("169.254.255.255", "a link-local address"),
        ("fe80::1", "a link-local address"), ("febf:ffff::1", "a link-local address"),
        ("::ffff:169.254.1.1", "a link-local address"), ("2002:a9fe:101::", "a link-local address"),
        ("224.0.0.1", "a multicast address"), ("239.255.255.255", "a multicast address"),
        ("ff02::1", "a multicast address"), ("::ffff:224.0.0.1", "a multicast address"),
        ("255.255.255.255", "a broadcast address"), ("::ffff:255.255.255.255", "a broadcast address"),
    ])
    func neverDials(address: String, kind: String) throws {
        let rules = [address, "0.0.0.0/0", "::/0", "rebind.example"]
        for policy in [Self.policy(), Self.policy(allow: rules), Self.policy(allow: rules, onLoopback: false)] {
            #expect(try Self.fault(policy, address)?.hasSuffix("is \(kind) and never dialled.") == true)
            #expect(policy.fault(host: address)?.contains(kind) == true)
            let byName = try #require(try Self.fault(policy, address, host: "rebind.example"))
            #expect(byName.hasPrefix("rebind.example is at ") && byName.contains(kind))
        }
    }

    @Test(arguments: [
        "10.0.0.1", "192.168.1.1", "172.16.0.1", "8.8.8.8", "169.253.255.255", "169.255.0.0", "223.255.255.255",
        "240.0.0.1", "1.0.0.0", "100.100.100.199", "2001:db8::1", "fd00::1", "fec0::1", "fd00:ec2::253",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1", "64:ff9b:1::8.8.8.8",
    ])
    func dialsAnythingElse(address: String) throws {
        for policy in [Self.policy(), Self.policy(onLoopback: false)] {
            #expect(try Self.fault(policy, address) == nil)
            #expect(policy.fault(host: address) == nil)
        }
    }

    private static let loopback = [
        "127.0.0.1", "127.66.0.9", "::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::127.0.0.1", "::127.0.0.1",
    ]

    @Test(arguments: Self.loopback)
    func dialsLoopbackOnlyForThisMachine(address: String) throws {
        #expect(try Self.fault(Self.policy(), address) == nil)
        let open = try #require(try Self.fault(Self.policy(onLoopback: false), address))
        #expect(open.contains("is on this machine"))
        #expect(try Self.fault(Self.policy(onLoopback: false), address, host: "a.example") != nil)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", true), ("127.0.0.0/8", "127.9.9.9", "127.9.9.9", true),
        ("::1", "::1", "::1", true), ("127.0.0.1", "::ffff:127.0.0.1", "::ffff:127.0.0.1", true),
        ("localhost", "127.0.0.1", "localhost", true), ("localhost", "127.0.0.1", "LOCALHOST.", true),
        ("127.0.0.1", "127.0.0.2", "127.0.0.2", false), ("::1", "127.0.0.1", "127.0.0.1", false),
        // What covers loopback among others does not name it, nor does a name that anyone can point there.
        ("0.0.0.0/0", "127.0.0.1", "127.0.0.1", false), ("126.0.0.0/7", "127.0.0.1", "127.0.0.1", false),
        ("::/0", "::1", "::1", false), ("a.example", "127.0.0.1", "a.example", false),
    ])
    func allowNamesLoopback(rule: String, address: String, host: String, isAllowed: Bool) throws {
        let policy = Self.policy(allow: [rule], onLoopback: false)
        #expect((try Self.fault(policy, address, host: host) == nil) == isAllowed)
    }

    @Test func allowMeansOnlyThose() throws {
        let policy = Self.policy(allow: ["10.0.0.0/8", "Hooks.Example.org."])
        #expect(try Self.fault(policy, "10.1.1.1") == nil)
        #expect(try Self.fault(policy, "::ffff:10.1.1.1") == nil)
        #expect(try Self.fault(policy, "11.1.1.1") == "11.1.1.1 is not in outbound.allow.")
        #expect(try Self.fault(policy, "64:ff9b::10.1.1.1") != nil)
        #expect(try Self.fault(policy, "127.0.0.1") == "127.0.0.1 is not in outbound.allow.")
        #expect(try Self.fault(policy, "11.1.1.1", host: "hooks.example.org") == nil)
        #expect(try Self.fault(policy, "10.1.1.1", host: "other.example.org") == nil)
        #expect(
            try Self.fault(policy, "11.1.1.1", host: "other.example.org")
                == "other.example.org is at 11.1.1.1, which is not in outbound.allow.")
    }

    @Test func denyBeatsAllow() throws {
        let policy = Self.policy(
            allow: ["127.0.0.0/8", "10.0.0.0/8", "hooks.example.org"],
            deny: ["127.66.0.0/16", "10.0.0.7", "hooks.example.org"])
        #expect(try Self.fault(policy, "127.65.0.1") == nil)
        #expect(try Self.fault(policy, "127.66.0.1") == "127.66.0.1 is in outbound.deny (127.66.0.0/16).")
        #expect(try Self.fault(policy, "::ffff:127.66.0.1") != nil)
        #expect(try Self.fault(policy, "10.0.0.7", host: "any.example.org") != nil)
        #expect(try Self.fault(policy, "10.0.0.6", host: "HOOKS.example.org.") != nil)
        #expect(policy.fault(host: "HOOKS.example.org.") == "hooks.example.org is in outbound.deny.")
    }

    @Test(arguments: ["64:ff9b::10.0.0.7", "2002:a00:7::1", "::10.0.0.7", "fd00::5efe:10.0.0.7"])
    func denyHoldsInEveryForm(address: String) throws {
        #expect(try Self.fault(Self.policy(deny: ["10.0.0.0/8"]), address) != nil)
        #expect(try Self.fault(Self.policy(deny: ["11.0.0.0/8"]), address) == nil)
    }

    @Test func saysOfANameWhatCanBeSaid() {
        #expect(Self.policy().fault(host: "a.example") == nil)
        #expect(Self.policy(deny: ["a.example"]).fault(host: "b.a.example") == nil)
        #expect(Self.policy(allow: ["a.example"]).fault(host: "A.example") == nil)
        #expect(Self.policy(allow: ["a.example"]).fault(host: "b.example") == "b.example is not in outbound.allow.")
        // Only its addresses tell.
        #expect(Self.policy(allow: ["a.example", "10.0.0.0/8"]).fault(host: "b.example") == nil)
        #expect(Self.policy().fault(host: "[::1]")?.hasPrefix("The host is \"[::1]\"; a host is a name") == true)
        #expect(Self.policy().fault(host: "")?.hasPrefix("The host is empty") == true)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("::1", "::1"), ("Hooks.Example.org.", "hooks.example.org"), ("a_b", "a_b"),
    ])
    func readsRules(text: String, canonical: String) { #expect(OutboundRule(text)?.description == canonical) }

    @Test(arguments: [
        "", "10.0.0.0/33", "example.org/8", "10.0.0.0/", "a b", "[::1]", "*.example.org", "1.2.3", "http://a",
    ])
    func refusesWhatIsNoRule(text: String) { #expect(OutboundRule(text) == nil) }
}
