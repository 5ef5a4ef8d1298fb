/// A number as JSON has it. Integers are exact; `1e3` and `1.0` are integers, too.
public enum JSONNumber: Sendable, Hashable {
    case integer(Int64)
    case real(Double)
    /// Beyond what 64 bits hold: `1e999`, or an integer of 400 digits.
    case outOfRange

    /// As a floating-point number; nil when it is out of range.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .outOfRange: nil
        }
    }
}

extension JSONReader {
    /// The digits of any number that means something; a longer text is out of range unread.
    private static let longestNumber = 512

    mutating func scanNumber() throws(JSONError) -> JSONNumber {
        let start = self.offset
        let isNegative = self.take(UInt8(ascii: "-"))
        let wholeStart = self.offset
        var magnitude: UInt64 = 0
        while let digit = self.digit {
            // Beyond 18 digits it may wrap; then it is read again, slowly.
            magnitude = magnitude &* 10 &+ UInt64(digit)
            self.offset += 1
        }
        let digits = self.offset - wholeStart
        guard digits > 0 else { throw self.expected(isNegative ? "a digit after the minus" : "a number") }
        if digits > 1, self.bytes[wholeStart] == UInt8(ascii: "0") {
            throw JSONError(offset: wholeStart, message: "a number with a leading zero")
        }
        let isWhole = try !self.scanFractionAndExponent()
        if isWhole, digits <= 18 { return .integer(isNegative ? -Int64(magnitude) : Int64(magnitude)) }
        return self.longNumber(start..<self.offset)
    }

    private var digit: UInt8? {
        let byte = self.byte
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte - UInt8(ascii: "0") : nil
    }

    /// Returns whether there was any of it.
    private mutating func scanFractionAndExponent() throws(JSONError) -> Bool {
        let start = self.offset
        if self.take(UInt8(ascii: ".")) { try self.scanDigits("a digit after the point") }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.scanDigits("a digit of the exponent")
        }
        return self.offset > start
    }

    private mutating func scanDigits(_ what: StaticString) throws(JSONError) {
        guard self.digit != nil else { throw self.expected(what) }
        while self.digit != nil { self.offset += 1 }
    }

    /// A number with a fraction, an exponent or many digits; its grammar has been checked.
    private func longNumber(_ range: Range<Int>) -> JSONNumber {
        guard range.count <= Self.longestNumber else { return .outOfRange }
        let text = String(decoding: UnsafeBufferPointer(rebasing: self.bytes[range]), as: UTF8.self)
        if let integer = Int64(text) { return .integer(integer) }
        guard let value = Double(text), value.isFinite else { return .outOfRange }
        // Below 2^53 a whole double is the whole number itself; above, digits may have been rounded away.
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 53, Self.isExact(text.utf8, integer) {
            return .integer(integer)
        }
        return text.utf8.contains(where: Self.marksReal) ? .real(value) : .outOfRange
    }

    private static func marksReal(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }

    /// Whether `text` says exactly `integer`, not something that was rounded to it: its digits, without the zeros at
    /// both ends, are those of the integer.
    private static func isExact(_ text: String.UTF8View, _ integer: Int64) -> Bool {
        let mantissa = text.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        return self.significantDigits(mantissa).elementsEqual(self.significantDigits(String(integer).utf8[...]))
    }

    private static func significantDigits(_ text: Substring.UTF8View) -> ArraySlice<UInt8> {
        let zero = UInt8(ascii: "0")
        let digits = text.filter { (zero...UInt8(ascii: "9")).contains($0) }
        let trimmed = digits.drop { $0 == zero }
        guard let last = trimmed.lastIndex(where: { $0 != zero }) else { return [] }
        return trimmed[...last]
    }
}
