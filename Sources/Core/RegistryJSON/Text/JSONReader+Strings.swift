extension JSONReader {
    /// Reads a string from its quote to its quote. UTF-8 (RFC 3629) and escapes are checked here, so that what comes out is sound.
    mutating func scanString() throws(JSONError) -> JSONText {
        self.offset += 1
        let start = self.offset
        var hasEscapes = false
        while true {
            self.skipPlainText()
            guard self.offset < self.bytes.count else { throw self.fault("the text ends within a string") }
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""):
                self.offset += 1
                return JSONText(
                    bytes: UnsafeBufferPointer(rebasing: self.bytes[start..<(self.offset - 1)]), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try self.scanEscape()
            case 0..<0x20:
                throw self.fault("a control character in a string; write it as an escape such as `\\n`")
            default:
                try self.scanMultibyteCharacter()
            }
        }
    }

    /// Passes over printable ASCII without quotes and backslashes, eight bytes at a time where it can.
    private mutating func skipPlainText() {
        let bytes = self.bytes
        var offset = self.offset
        defer { self.offset = offset }
        while offset + 8 <= bytes.count {
            let word = JSONEscapes.word(of: bytes, at: offset)
            let special = JSONEscapes.specialBytes(of: word) | word & JSONEscapes.highBits
            if special != 0 {
                offset += special.trailingZeroBitCount / 8
                return
            }
            offset += 8
        }
        while offset < bytes.count, bytes[offset] < 0x80, !JSONEscapes.mustBeEscaped(bytes[offset]) { offset += 1 }
    }

    private mutating func scanEscape() throws(JSONError) {
        self.offset += 1
        if self.take(UInt8(ascii: "u")) {
            let unit = try self.scanFourHexDigits()
            switch unit {
            case 0xD800...0xDBFF:
                guard self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")),
                    (0xDC00...0xDFFF).contains(try self.scanFourHexDigits())
                else {
                    throw self.fault("half of a surrogate pair; the other half must follow as `\\uDC00` to `\\uDFFF`")
                }
            case 0xDC00...0xDFFF:
                throw self.fault("the second half of a surrogate pair without its first")
            default:
                break
            }
        } else if self.offset < self.bytes.count, JSONEscapes.byte(ofShortEscape: self.byte) != nil {
            self.offset += 1
        } else {
            throw self.expected("one of `\"\\/bfnrtu` after the backslash")
        }
    }

    private mutating func scanFourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = JSONEscapes.value(ofHexDigit: self.byte) else {
                throw self.expected("four hex digits after `\\u`")
            }
            value = value << 4 | digit
            self.offset += 1
        }
        return value
    }

    /// Well-formed sequences are those of table 3-7 of the Unicode standard.
    private mutating func scanMultibyteCharacter() throws(JSONError) {
        let lead = self.byte
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, self.offset + length <= self.bytes.count, second.contains(self.bytes[self.offset + 1]),
            self.bytes[(self.offset + 2)..<(self.offset + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw self.fault("the string is not valid UTF-8") }
        self.offset += length
    }
}
