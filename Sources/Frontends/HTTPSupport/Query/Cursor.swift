import RegistryModel

/// The place where a page of a list ended, as clients carry it: base64url (RFC 4648, section 5) of a kind and its parts.
///
/// Opaque to clients, readable to us. The kind is in it so that a cursor of one list is refused by another.
public struct Cursor: Sendable, Hashable {
    /// Longest text that is looked at; ours are far shorter.
    static let textLimit = 2_048

    public let parts: [String]

    public init(_ parts: [String]) { self.parts = parts }

    /// The text for `next_cursor`.
    public func text(kind: String) -> String {
        Base64URL.encode(([kind] + self.parts).joined(separator: "\u{1F}").utf8)
    }

    /// Nil when `text` is no cursor of this kind with that many parts.
    public init?(_ text: String, kind: String, parts count: Int) {
        guard text.utf8.count <= Self.textLimit, let bytes = Base64URL.decode(text.utf8),
            let plain = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let parts = plain.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == count + 1, parts[0] == kind else { return nil }
        self.parts = Array(parts.dropFirst())
    }
}

extension Query {
    /// The cursor given, as parts; nil when none is. A text that we did not hand out is a fault.
    public mutating func cursor(kind: String, parts count: Int) -> [String]? {
        guard let text = self.text("cursor") else { return nil }
        guard let cursor = Cursor(text, kind: kind, parts: count) else {
            self.failCursor()
            return nil
        }
        return cursor.parts
    }

    /// Says that the cursor is none of ours.
    public mutating func failCursor() {
        self.fail("cursor", "is none that this list gave; start again without it")
    }

    /// `limit`, 1 to 1,000; 100 when it is not given.
    public mutating func limit() -> Int {
        let range = Int64(Limits.listItems.lowerBound)...Int64(Limits.listItems.upperBound)
        return self.integer("limit", in: range).map(Int.init) ?? Limits.defaultListItems
    }
}

enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Without padding.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(self.alphabet[Int(buffer >> bits & 63)])
            }
        }
        if bits > 0 { text.append(self.alphabet[Int(buffer << (6 - bits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for any letter outside of the alphabet, or a length that no bytes have.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for letter in text {
            guard let value = self.alphabet.firstIndex(of: letter) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        return bytes
    }
}
