/// An IPv4 or an IPv6 address, without zone.
public struct IPAddress: Sendable, Hashable {
    public enum Family: Sendable, Hashable {
        case v4
        case v6
    }

    public let family: Family
    /// The address as a number, its first byte the most significant; of IPv4 the lower 32 bits.
    public let number: UInt128

    public init(v4 number: UInt32) {
        self.family = .v4
        self.number = UInt128(number)
    }

    public init(v6 number: UInt128) {
        self.family = .v6
        self.number = number
    }

    /// From the bytes that travel in a packet: 4 of IPv4 or 16 of IPv6; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: self.init(v4: UInt32(number))
        case 16: self.init(v6: number)
        default: return nil
        }
    }

    /// 4 or 16 bytes, as they travel in a packet.
    public var bytes: [UInt8] {
        stride(from: self.bitCount - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: self.number >> UInt128($0))
        }
    }

    /// 32 or 128.
    public var bitCount: Int { self.family == .v4 ? 32 : 128 }

    /// An IPv4 address that is written as IPv6 (`::ffff:1.2.3.4`) as what it is; any other as it stands. Both reach the same host.
    public var unmapped: IPAddress {
        self.family == .v6 && self.number >> 32 == 0xffff
            ? IPAddress(v4: UInt32(truncatingIfNeeded: self.number)) : self
    }

    /// 127.0.0.0/8 and `::1`, either way of writing it.
    public var isLoopback: Bool {
        let address = self.unmapped
        return address.family == .v4 ? address.number >> 24 == 127 : address.number == 1
    }
}

extension IPAddress {
    /// The IPv4 addresses that a gateway or a tunnel may take out of this IPv6 address and deliver to, so that what is forbidden
    /// in one form is not reached in another.
    ///
    /// 6to4 (RFC 3056), NAT64 with the well-known prefix and the local one (RFC 6052, RFC 8215), Teredo (RFC 4380), ISATAP (RFC 5214),
    /// IPv4-translated (RFC 2765), IPv4-compatible and IPv4-mapped (RFC 4291).
    public var embedded: [IPAddress] {
        guard self.family == .v6, self.number > 1 else { return [] }
        var found: [UInt32] = []
        let last = self.word(at: 96)
        switch (self.word(at: 0), self.word(at: 32), self.word(at: 64)) {
        case (0, 0, 0), (0, 0, 0xffff), (0, 0, 0xffff_0000): found.append(last)
        case (0x0064_ff9b, 0, 0): found.append(last)
        case (0x0064_ff9b, let second, _) where second >> 16 == 1: found += self.translated
        case (0x2001_0000, let server, _): found += [server, ~last]
        case (let first, _, _) where first >> 16 == 0x2002: found.append(self.word(at: 16))
        default: break
        }
        if self.word(at: 64) & ~0x0200_0000 == 0x0000_5efe { found.append(last) }
        return found.map(IPAddress.init(v4:))
    }

    /// Every IPv4 address that may be meant in 64:ff9b:1::/48, where each network chooses the length of its prefix: 96, 64, 56 or 48 bits.
    /// A reading that gives 0.0.0.0/8 is none.
    private var translated: [UInt32] {
        let readings = [self.word(at: 96)] + [64, 56, 48].map(self.wordAroundZeros)
        let meant = readings.filter { $0 >> 24 != 0 }
        return meant.isEmpty ? [0] : meant
    }

    /// The 32 bits from `bit` on, counted from the front.
    private func word(at bit: Int) -> UInt32 { UInt32(truncatingIfNeeded: self.number >> UInt128(96 - bit)) }

    /// The 32 bits from `bit` on without bits 64 to 71, which RFC 6052 keeps zero.
    private func wordAroundZeros(from bit: Int) -> UInt32 {
        let head = 64 - bit
        let before = self.word(at: bit) & ~(UInt32.max >> UInt32(head))
        return before | self.word(at: 72) >> UInt32(head)
    }
}
