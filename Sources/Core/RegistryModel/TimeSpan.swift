/// A length of time in whole milliseconds; text is number and unit (`ms s m h d`), joined: `1h30m`.
public struct TimeSpan: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static let zero = TimeSpan(milliseconds: 0)
    public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count) }
    public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 1_000) }
    public static func minutes(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 60_000) }
    public static func hours(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 3_600_000) }
    public static func days(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 86_400_000) }

    public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(milliseconds: left.milliseconds + right.milliseconds)
    }

    public var duration: Duration { .milliseconds(self.milliseconds) }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Reads `10s`, `1h30m`, `250ms`; each unit at most once, the larger first. Nil for anything else, or beyond 10,000 days.
    public init?(_ text: String) {
        var text = text
        guard let milliseconds = text.withUTF8({ Self.milliseconds(in: $0) }) else { return nil }
        self.init(milliseconds: milliseconds)
    }

    private static func milliseconds(in text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let longest: Int64 = 864_000_000_000
        var rest = text[...]
        var total: Int64 = 0
        var smallestUsed = -1
        repeat {
            let digits = rest.prefix(while: self.isDigit)
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !self.isDigit($0) }
            rest = rest.dropFirst(letters.count)
            guard !digits.isEmpty, let unit = self.units.firstIndex(where: { $0.name.utf8.elementsEqual(letters) }),
                unit > smallestUsed
            else { return nil }
            smallestUsed = unit
            var count: Int64 = 0
            for digit in digits {
                count = count * 10 + Int64(digit - UInt8(ascii: "0"))
                guard count <= longest else { return nil }
            }
            let (part, overflow) = count.multipliedReportingOverflow(by: self.units[unit].milliseconds)
            guard !overflow, part <= longest - total else { return nil }
            total += part
        } while !rest.isEmpty
        return total
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The shortest text that reads back as this value: `90s` is written `1m30s`, zero `0s`.
    public var description: String {
        if self.milliseconds == 0 { return "0s" }
        var text = self.milliseconds < 0 ? "-" : ""
        var rest = self.milliseconds.magnitude
        for unit in Self.units where rest >= unit.milliseconds.magnitude {
            text += "\(rest / unit.milliseconds.magnitude)\(unit.name)"
            rest %= unit.milliseconds.magnitude
        }
        return text
    }
}

/// A time that may have no end: the ttl of an instance, or the time a DOWN one is kept.
public enum Lifetime: Sendable, Hashable, CustomStringConvertible {
    case never
    case after(TimeSpan)

    /// Reads `never` or a time span.
    public init?(_ text: String) {
        if text == "never" {
            self = .never
        } else if let span = TimeSpan(text) {
            self = .after(span)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .never: "never"
        case .after(let span): span.description
        }
    }
}
