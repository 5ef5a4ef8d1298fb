/// One entry of `outbound.allow` or `outbound.deny`.
public enum OutboundRule: Sendable, Hashable, CustomStringConvertible {
    case network(IPNetwork)
    /// In lower case, without the dot at its end.
    case name(String)

    /// Reads an address, a network (`10.0.0.0/8`) or a host name; nil for anything else.
    public init?(_ text: String) {
        if let network = IPNetwork(text) {
            self = .network(network)
        } else if Hosts.fault(in: text) == nil {
            self = .name(Self.canonical(text))
        } else {
            return nil
        }
    }

    /// The one spelling of a host name.
    static func canonical(_ host: String) -> String {
        let host = host.lowercased()
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    public var description: String {
        switch self {
        case .network(let network): network.description
        case .name(let name): name
        }
    }

    /// Whether it speaks of this host by its name.
    func covers(name host: String) -> Bool { self == .name(host) }

    /// Whether it speaks of this address.
    func covers(_ address: IPAddress) -> Bool {
        guard case .network(let network) = self else { return false }
        return network.contains(address)
    }

    /// Whether it speaks of nothing but this machine: `0.0.0.0/0` has loopback in it and does not name it.
    var namesLoopback: Bool {
        switch self {
        case .network(let network): network.isWithin(Self.loopback) || network.first.isLoopback && network.prefix == 128
        case .name(let name): name == "localhost"
        }
    }

    private static let loopback = IPNetwork(IPAddress(v4: 127 << 24), prefix: 8)!
}
