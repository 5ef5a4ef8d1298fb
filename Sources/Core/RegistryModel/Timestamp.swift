/// A moment of the wall clock, in milliseconds since 1970-01-01T00:00:00Z, as stored; text is RFC 3339 in UTC.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static let epoch = Timestamp(milliseconds: 0)

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public func advanced(by span: TimeSpan) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + span.milliseconds)
    }

    /// The time from `earlier` until this moment; negative when `earlier` is later.
    public func since(_ earlier: Timestamp) -> TimeSpan {
        TimeSpan(milliseconds: self.milliseconds - earlier.milliseconds)
    }

    /// `2026-03-01T12:30:45.678Z`, always with three digits of fraction.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { self.writeText(to: $0.baseAddress.unsafelyUnwrapped) }
    }

    /// Bytes of the text form.
    public static let textLength = 24

    /// Writes the 24 bytes of the text form and returns their number.
    /// The calendar is Howard Hinnant's `civil_from_days` (http://howardhinnant.github.io/date_algorithms.html).
    @discardableResult
    public func writeText(to bytes: UnsafeMutablePointer<UInt8>) -> Int {
        let clamped = min(max(self.milliseconds, 0), Self.lastWritable)
        let (day, inDay) = clamped.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Self.civil(fromDays: day)
        func digits(_ value: Int64, _ count: Int, at offset: Int) {
            var rest = value
            for position in stride(from: offset + count - 1, through: offset, by: -1) {
                bytes[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
        digits(date.year, 4, at: 0)
        bytes[4] = UInt8(ascii: "-")
        digits(date.month, 2, at: 5)
        bytes[7] = UInt8(ascii: "-")
        digits(date.day, 2, at: 8)
        bytes[10] = UInt8(ascii: "T")
        digits(inDay / 3_600_000, 2, at: 11)
        bytes[13] = UInt8(ascii: ":")
        digits(inDay / 60_000 % 60, 2, at: 14)
        bytes[16] = UInt8(ascii: ":")
        digits(inDay / 1_000 % 60, 2, at: 17)
        bytes[19] = UInt8(ascii: ".")
        digits(inDay % 1_000, 3, at: 20)
        bytes[23] = UInt8(ascii: "Z")
        return Self.textLength
    }

    /// 9999-12-31T23:59:59.999Z.
    private static let lastWritable: Int64 = 253_402_300_799_999

    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
