/// The addresses that are never dialled, whatever is configured: behind them are not services but the machine's own network, or what hands out
/// credentials to whoever asks from this machine.
enum ForbiddenAddresses {
    /// What kind of address it is, in words; nil when it may be dialled.
    ///
    /// An IPv6 address is also what the IPv4 address in it is.
    static func kind(of address: IPAddress) -> String? {
        let address = address.unmapped
        let forms = [address] + address.embedded
        return Self.kinds.first { kind in
            kind.networks.contains { network in forms.contains(where: network.contains) }
        }?.kind
    }

    /// The most telling kind first: the metadata addresses are partly link-local.
    private static let kinds: [(kind: String, networks: [IPNetwork])] = [
        (
            "a cloud metadata address",
            Self.networks([
                // Amazon, Google, Azure, Oracle and others; the same over IPv6; Amazon's containers.
                "169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe", "169.254.170.2",
                "169.254.170.23", "fd00:ec2::23",
                // Alibaba, Tencent, Oracle classic, Azure's host.
                "100.100.100.200", "169.254.0.23", "192.0.0.192", "168.63.129.16",
            ])
        ),
        ("an unspecified address", Self.networks(["0.0.0.0/8", "::"])),
        ("a link-local address", Self.networks(["169.254.0.0/16", "fe80::/10"])),
        ("a multicast address", Self.networks(["224.0.0.0/4", "ff00::/8"])),
        ("a broadcast address", Self.networks(["255.255.255.255"])),
    ]

    private static func networks(_ texts: [String]) -> [IPNetwork] {
        texts.map { text in
            guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
            return network
        }
    }
}
