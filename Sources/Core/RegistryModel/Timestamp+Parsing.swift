extension Timestamp {
    /// Reads RFC 3339: `2026-03-01T12:30:45Z`, with an optional fraction and an offset such as `+02:00`; nil for anything else.
    public init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
            let day = reader.digits(2), reader.take("T", "t", " "),
            let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2), reader.take(":"),
            let second = reader.digits(2), let fraction = reader.fraction(), let offset = reader.offset(),
            reader.isAtEnd,
            (1...12).contains(month), (1...Self.lastDay(of: month, year: year)).contains(day),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let days = Self.days(fromYear: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + min(second, 59) - offset
        self.init(milliseconds: seconds * 1_000 + fraction)
    }

    private static func lastDay(of month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { self.position == self.bytes.count }

        mutating func take(_ choices: Unicode.Scalar...) -> Bool {
            guard self.position < self.bytes.count,
                choices.contains(Unicode.Scalar(self.bytes[self.position]))
            else { return false }
            self.position += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int64? {
            guard self.position + count <= self.bytes.count else { return nil }
            var value: Int64 = 0
            for byte in self.bytes[self.position..<(self.position + count)] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            self.position += count
            return value
        }

        /// Milliseconds; further digits are dropped. No fraction reads as zero.
        mutating func fraction() -> Int64? {
            guard self.take(".") else { return 0 }
            var value: Int64 = 0
            var count = 0
            while let digit = self.digits(1) {
                if count < 3 { value = value * 10 + digit }
                count += 1
            }
            guard (1...9).contains(count) else { return nil }
            for _ in min(count, 3)..<3 { value *= 10 }
            return value
        }

        /// Seconds east of UTC.
        mutating func offset() -> Int64? {
            if self.take("Z", "z") { return 0 }
            let sign: Int64 = self.take("+") ? 1 : (self.take("-") ? -1 : 0)
            guard sign != 0, let hours = self.digits(2), self.take(":"), let minutes = self.digits(2),
                hours <= 23, minutes <= 59
            else { return nil }
            return sign * (hours * 3_600 + minutes * 60)
        }
    }
}
