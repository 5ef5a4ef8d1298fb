/// What RFC 8259 section 7 says of the bytes of a string.
enum JSONEscapes {
    /// `\u001f`: no byte becomes longer than this.
    static let longestEscape = 6

    static func mustBeEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The letter after the backslash, for the bytes that have a short escape.
    static func shortEscape(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    /// The byte that a letter after a backslash stands for; nil for `u` and for what is no escape.
    static func byte(ofShortEscape letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        default: nil
        }
    }

    static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    static func value(ofHexDigit byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The index of the first byte that has to be escaped; nil when there is none.
    static func firstEscaped(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.count >= 8 else { return bytes.firstIndex(where: self.mustBeEscaped) }
        var index = 0
        while true {
            let special = self.specialBytes(of: self.word(of: bytes, at: index))
            if special != 0 { return index + special.trailingZeroBitCount / 8 }
            if index + 8 == bytes.count { return nil }
            // The last word overlaps the one before it, so that no byte is looked at singly.
            index = min(index + 8, bytes.count - 8)
        }
    }

    /// The eight bytes from `index` on, the first of them lowest.
    static func word(of bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt64 {
        let address = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + index)
        return UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
    }

    /// Sets the high bit of each of eight bytes that is a control character, a quote or a backslash. Only the lowest bit set
    /// can be relied on: a borrow may set others above it.
    ///
    /// The method is Alan Mycroft's test for a zero byte in a word.
    static func specialBytes(of word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let control = (word &- ones &* 0x20) & ~word
        return (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | control) & self.highBits
    }

    static let highBits: UInt64 = 0x8080_8080_8080_8080
}
