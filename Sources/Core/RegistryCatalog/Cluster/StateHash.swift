/// A number for a whole state: the sum of a number for each of its records, so that it can be kept up to date change by change and
/// does not depend on the order of changes (AdHash: Bellare and Micciancio, 1997, over SHA-256 cut to 128 bits).
public struct StateHash: Sendable, Hashable, CustomStringConvertible {
    public private(set) var high: UInt64
    public private(set) var low: UInt64

    public static let zero = StateHash(high: 0, low: 0)

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private var value: UInt128 { UInt128(self.high) << 64 | UInt128(self.low) }

    private init(_ value: UInt128) {
        self.init(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }

    static func += (sum: inout StateHash, record: StateHash) { sum = StateHash(sum.value &+ record.value) }
    static func -= (sum: inout StateHash, record: StateHash) { sum = StateHash(sum.value &- record.value) }

    /// 32 hexadecimal digits.
    public var description: String {
        [self.high, self.low].map { part in
            let digits = String(part, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
