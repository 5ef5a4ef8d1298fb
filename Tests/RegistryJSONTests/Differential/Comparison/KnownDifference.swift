import RegistryJSON

/// Where we and Foundation differ, and are to.
enum KnownDifference: CaseIterable, Hashable, Sendable {
    /// Foundation takes a comma before a closing bracket; RFC 8259 has no such comma.
    case trailingComma
    /// We stop at 32 objects and arrays within each other, Foundation at 512: no body of ours comes near either.
    case depth
    /// Foundation guesses UTF-16 and UTF-32 from a byte order mark or a NUL at the beginning; we take UTF-8 without a
    /// mark, as RFC 8259 (8.1) demands of what goes over a network.
    case encoding
    /// Foundation refuses a text for a number that no `Double` holds; we read on, so that the answer can name the field.
    case numberOutOfRange
    /// Foundation drops U+FEFF where it follows an escape in a string; we keep every character.
    case byteOrderMarkInString

    /// The difference that lies in the text alone.
    static func inText(_ bytes: UnsafeBufferPointer<UInt8>) -> KnownDifference? {
        let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]]
        if marks.contains(where: { bytes.starts(with: $0) }) || bytes.prefix(4).contains(0) { return .encoding }
        return nil
    }

    /// The difference that explains why both take it and do not mean the same.
    static func ofValues(_ bytes: UnsafeBufferPointer<UInt8>) -> KnownDifference? {
        let holdsMark = bytes.indices.dropLast(2).contains { Array(bytes[$0..<$0 + 3]) == [0xEF, 0xBB, 0xBF] }
        return holdsMark ? .byteOrderMarkInString : nil
    }

    /// The difference that explains why we refuse what Foundation takes.
    static func ofRefusal(_ error: JSONError, _ bytes: UnsafeBufferPointer<UInt8>) -> KnownDifference? {
        if error.message.hasPrefix("nested deeper than") { return .depth }
        guard error.offset < bytes.count, self.closing.contains(bytes[error.offset]) else { return nil }
        let before = bytes[..<error.offset].last { !self.spaces.contains($0) }
        return before == UInt8(ascii: ",") ? .trailingComma : nil
    }

    private static let closing = [UInt8(ascii: "]"), UInt8(ascii: "}")]
    private static let spaces = Array(" \t\r\n".utf8)
}
