/// A string of a JSON text where it stands, its escapes not yet taken out. Only the reader makes one, from sound bytes.
struct JSONText {
    let bytes: UnsafeBufferPointer<UInt8>
    let hasEscapes: Bool

    /// The string that it means.
    var string: String {
        guard self.hasEscapes else { return String(decoding: self.bytes, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: self.bytes.count) { self.unescape(into: $0) }
    }

    /// Whether it means `other`, without making a string of it.
    func equals(_ other: StaticString) -> Bool {
        guard !self.hasEscapes else { return self.string == other.description }
        return self.hasBytes(UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }

    /// Whether both mean the same because they are spelled alike.
    func isSpelled(like other: JSONText) -> Bool { self.hasBytes(other.bytes) }

    private func hasBytes(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard self.bytes.count == other.count else { return false }
        for index in 0..<other.count where self.bytes[index] != other[index] { return false }
        return true
    }

    /// Writes the bytes that it means, which are never more than its own, and returns their number.
    private func unescape(into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var count = 0
        var index = 0
        func put(_ byte: UInt8) {
            target[count] = byte
            count += 1
        }
        while index < self.bytes.count {
            let byte = self.bytes[index]
            guard byte == UInt8(ascii: "\\") else {
                put(byte)
                index += 1
                continue
            }
            if let short = JSONEscapes.byte(ofShortEscape: self.bytes[index + 1]) {
                put(short)
                index += 2
            } else {
                let (scalar, length) = self.scalar(at: index)
                for byte in String(scalar).utf8 { put(byte) }
                index += length
            }
        }
        return count
    }

    /// The character of the escape `\uXXXX`, or of the two of a surrogate pair, and the length of its spelling.
    private func scalar(at index: Int) -> (Unicode.Scalar, length: Int) {
        let first = self.unit(at: index)
        guard (0xD800...0xDBFF).contains(first) else { return (Unicode.Scalar(first) ?? "\u{FFFD}", 6) }
        let second = self.unit(at: index + 6)
        return (Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}", 12)
    }

    private func unit(at index: Int) -> UInt32 {
        (index + 2..<index + 6).reduce(0) { $0 << 4 | (JSONEscapes.value(ofHexDigit: self.bytes[$1]) ?? 0) }
    }
}

/// The name of a field, where it stands in the text. `switch` compares it with names of `Field` without making a string.
public struct JSONKey {
    private let text: JSONText

    init(_ text: JSONText) { self.text = text }

    public var string: String { self.text.string }

    public static func ~= (name: StaticString, key: JSONKey) -> Bool { key.text.equals(name) }
}
