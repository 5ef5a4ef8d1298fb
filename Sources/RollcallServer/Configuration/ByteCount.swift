/// A number of bytes; text is a whole number, alone or with `KiB`, `MiB` or `GiB`: `4MiB`.
public struct ByteCount: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    public static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
    public static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
    public static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    private static let units: [(name: String, shift: Int)] = [("GiB", 30), ("MiB", 20), ("KiB", 10)]

    /// Reads `65536` or `64KiB`. Nil for anything else, or beyond 2^53 − 1 bytes.
    public init?(_ text: String) {
        let unit = Self.units.first { text.hasSuffix($0.name) }
        let digits = text.dropLast(unit?.name.count ?? 0)
        guard !digits.isEmpty, digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let count = Int(digits), count <= ((1 << 53) - 1) >> (unit?.shift ?? 0)
        else { return nil }
        self.init(bytes: count << (unit?.shift ?? 0))
    }

    /// The shortest text that reads back as this value.
    public var description: String {
        for unit in Self.units where self.bytes > 0 && self.bytes % (1 << unit.shift) == 0 {
            return "\(self.bytes >> unit.shift)\(unit.name)"
        }
        return "\(self.bytes)"
    }
}
