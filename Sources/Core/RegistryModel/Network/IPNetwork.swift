/// A range of addresses that share their first bits: `10.0.0.0/8`, or one address alone.
public struct IPNetwork: Sendable, Hashable {
    /// Its first address.
    public let first: IPAddress
    /// How many of the first bits its addresses share.
    public let prefix: Int

    /// The network that `address` is in. What is written in the form of IPv4-mapped IPv6 is the network of IPv4.
    ///
    /// - Returns: nil unless `prefix` is 0 to 32, or to 128.
    public init?(_ address: IPAddress, prefix: Int) {
        guard (0...address.bitCount).contains(prefix) else { return nil }
        let isMapped = address.unmapped.family != address.family && prefix >= 96
        let address = isMapped ? address.unmapped : address
        self.prefix = isMapped ? prefix - 96 : prefix
        let number = address.number & ~Self.rest(address.bitCount - self.prefix)
        self.first = address.family == .v4 ? IPAddress(v4: UInt32(number)) : IPAddress(v6: number)
    }

    /// Reads an address, or an address and the length of its prefix: `10.0.0.0/8`, `fd00::/8`. Bits after the prefix are passed over.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefix: address.bitCount)
            return
        }
        let digits = parts[1].utf8
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let prefix = Int(parts[1])
        else { return nil }
        self.init(address, prefix: prefix)
    }

    /// The low bits that are free.
    private static func rest(_ bits: Int) -> UInt128 { bits == 128 ? .max : UInt128(1) << UInt128(bits) - 1 }

    /// Whether it has `address`, which may be IPv4 in the form of IPv6.
    public func contains(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        return address.family == self.first.family
            && (address.number ^ self.first.number) >> UInt128(address.bitCount - self.prefix) == 0
    }

    /// Whether all of its addresses are also in `other`.
    public func isWithin(_ other: IPNetwork) -> Bool { self.prefix >= other.prefix && other.contains(self.first) }
}

extension IPNetwork: CustomStringConvertible {
    public var description: String {
        self.prefix == self.first.bitCount ? self.first.description : "\(self.first)/\(self.prefix)"
    }
}
