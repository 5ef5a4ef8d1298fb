/// Pulls values out of one JSON text, one at a time, without building a tree. Strict: RFC 8259 and nothing else.
///
/// The text must stay where it is while the reader and the keys it returns are used. An object is read with
/// `beginObject` and `nextKey` until that returns nil, an array with `beginArray` and `nextElement` until that returns
/// false; between two of these exactly one value is read or skipped. `finish` makes sure that nothing follows.
public struct JSONReader {
    /// What a value is, by its first byte.
    public enum Kind: Sendable, Hashable, CustomStringConvertible {
        case object, array, string, number, bool, null

        /// With its article, for messages: "an object".
        public var description: String {
            switch self {
            case .object: "an object"
            case .array: "an array"
            case .string: "a string"
            case .number: "a number"
            case .bool: "true or false"
            case .null: "null"
            }
        }
    }

    /// Objects and arrays within each other; no body of ours comes near.
    public static let depthLimit = 32

    let bytes: UnsafeBufferPointer<UInt8>
    /// The byte that is looked at next.
    public internal(set) var offset = 0
    private var depth = 0
    /// Whether a value was the last thing read, so that a comma must come before another.
    private var needsComma = false

    public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    // MARK: Structure

    /// What the next value is.
    public mutating func peek() throws(JSONError) -> Kind {
        self.skipSpace()
        switch self.byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw self.expected("a value")
        }
    }

    public mutating func beginObject() throws(JSONError) { try self.begin(UInt8(ascii: "{"), "an object") }

    public mutating func beginArray() throws(JSONError) { try self.begin(UInt8(ascii: "["), "an array") }

    /// The next field's name, with its colon; nil, and the object is over.
    public mutating func nextKey() throws(JSONError) -> JSONKey? {
        self.skipSpace()
        if self.byte == UInt8(ascii: "}") {
            self.end()
            return nil
        }
        if self.needsComma {
            guard self.take(UInt8(ascii: ",")) else { throw self.expected("a comma or `}`") }
            self.skipSpace()
        }
        guard self.byte == UInt8(ascii: "\"") else { throw self.expected("a field's name in quotes") }
        let text = try self.scanString()
        self.skipSpace()
        guard self.take(UInt8(ascii: ":")) else { throw self.expected("a colon after the field's name") }
        self.needsComma = false
        return JSONKey(text)
    }

    /// Whether another element comes; false, and the array is over.
    public mutating func nextElement() throws(JSONError) -> Bool {
        self.skipSpace()
        if self.byte == UInt8(ascii: "]") {
            self.end()
            return false
        }
        if self.needsComma {
            guard self.take(UInt8(ascii: ",")) else { throw self.expected("a comma or `]`") }
            self.skipSpace()
            if self.byte == UInt8(ascii: "]") { throw self.expected("a value after the comma") }
        }
        self.needsComma = false
        return true
    }

    /// Nothing but space may follow.
    public mutating func finish() throws(JSONError) {
        self.skipSpace()
        if self.offset < self.bytes.count { throw self.expected("nothing after the end of the value") }
    }

    /// Passes over the next value, whatever it is; it is held against the grammar all the same.
    public mutating func skip() throws(JSONError) {
        switch try self.peek() {
        case .object:
            try self.beginObject()
            while try self.nextKey() != nil { try self.skip() }
        case .array:
            try self.beginArray()
            while try self.nextElement() { try self.skip() }
        case .string:
            _ = try self.text()
        case .number:
            _ = try self.number()
        case .bool:
            _ = try self.bool()
        case .null:
            try self.null()
        }
    }

    // MARK: Values

    public mutating func string() throws(JSONError) -> String { try self.text().string }

    /// The next value, a string, where it stands.
    mutating func text() throws(JSONError) -> JSONText {
        self.skipSpace()
        guard self.byte == UInt8(ascii: "\"") else { throw self.expected("a string") }
        let text = try self.scanString()
        self.needsComma = true
        return text
    }

    public mutating func number() throws(JSONError) -> JSONNumber {
        self.skipSpace()
        let number = try self.scanNumber()
        self.needsComma = true
        return number
    }

    public mutating func bool() throws(JSONError) -> Bool {
        self.skipSpace()
        if self.take("true") { return true }
        if self.take("false") { return false }
        throw self.expected("true or false")
    }

    public mutating func null() throws(JSONError) {
        self.skipSpace()
        guard self.take("null") else { throw self.expected("null") }
    }

    // MARK: Bytes

    /// The byte looked at; 0 at the end, which is no byte that JSON text may have outside or inside of strings.
    var byte: UInt8 { self.offset < self.bytes.count ? self.bytes[self.offset] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard self.byte == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard self.offset + count <= self.bytes.count else { return false }
        for index in 0..<count where self.bytes[self.offset + index] != word.utf8Start[index] { return false }
        self.offset += count
        self.needsComma = true
        return true
    }

    @inline(__always)
    private mutating func skipSpace() {
        // Bodies written by programs mostly have none.
        if self.offset < self.bytes.count, self.bytes[self.offset] > UInt8(ascii: " ") { return }
        self.skipSomeSpace()
    }

    private mutating func skipSomeSpace() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): self.offset += 1
            default: return
            }
        }
    }

    private mutating func begin(_ bracket: UInt8, _ what: StaticString) throws(JSONError) {
        self.skipSpace()
        guard self.byte == bracket else { throw self.expected(what) }
        guard self.depth < Self.depthLimit else {
            throw self.fault("nested deeper than \(Self.depthLimit) objects and arrays")
        }
        self.offset += 1
        self.depth += 1
        self.needsComma = false
    }

    private mutating func end() {
        self.offset += 1
        self.depth -= 1
        self.needsComma = true
    }

    func fault(_ message: String) -> JSONError { JSONError(offset: self.offset, message: message) }

    /// The error for what stands here instead of `what`.
    func expected(_ what: StaticString) -> JSONError {
        guard self.offset < self.bytes.count else { return self.fault("expected \(what), but the text ends") }
        let byte = self.byte
        let found =
            (0x21...0x7E).contains(byte) ? "`\(Unicode.Scalar(byte))`" : "the byte 0x\(String(byte, radix: 16))"
        return self.fault("expected \(what), but found \(found)")
    }
}
