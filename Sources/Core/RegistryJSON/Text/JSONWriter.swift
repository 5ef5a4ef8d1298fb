public import RegistryModel

/// Writes one JSON text, field by field, into memory of its own.
///
/// It puts the commas; whoever calls it sees to it that every object holds names followed by values and is ended.
/// A single flag suffices for the commas: whether a value was the last thing written.
public struct JSONWriter: ~Copyable {
    private var store: ByteStore
    private var needsComma = false
    /// Where the latest time and the latest lifetime stand. Neighbours in a list mostly have the same.
    private var latestTime: (value: Timestamp, range: Range<Int>)?
    private var latestLifetime: (value: Lifetime, range: Range<Int>)?

    /// - Parameter capacity: bytes to make room for at once; more is made as needed.
    public init(capacity: Int = 1_024) { self.store = ByteStore(capacity: capacity) }

    /// How many bytes have been written.
    public var count: Int { self.store.count }

    /// A copy of what has been written.
    public var bytes: [UInt8] { Array(self.store.bytes) }

    /// Lends what has been written, without a copy; it must not be kept.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(self.store.bytes))
    }

    /// Forgets what has been written and keeps the memory.
    public mutating func removeAll() {
        self.store.removeAll()
        self.needsComma = false
        self.latestTime = nil
        self.latestLifetime = nil
    }

    // MARK: Structure

    public mutating func beginObject() { self.begin(UInt8(ascii: "{")) }
    public mutating func endObject() { self.end(UInt8(ascii: "}")) }
    public mutating func beginArray() { self.begin(UInt8(ascii: "[")) }
    public mutating func endArray() { self.end(UInt8(ascii: "]")) }

    /// The name of the field whose value comes next. Field names have nothing to escape.
    public mutating func name(_ name: StaticString) {
        self.store.reserve(name.utf8CodeUnitCount + 4)
        self.putComma()
        self.store.put(UInt8(ascii: "\""))
        self.store.put(name)
        self.store.put(UInt8(ascii: "\""))
        self.store.put(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// A name that a user chose, such as a metadata key.
    public mutating func name(_ name: String) {
        self.string(name)
        self.store.reserve(1)
        self.store.put(UInt8(ascii: ":"))
        self.needsComma = false
    }

    private mutating func begin(_ bracket: UInt8) {
        self.store.reserve(2)
        self.putComma()
        self.store.put(bracket)
        self.needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        self.store.reserve(1)
        self.store.put(bracket)
        self.needsComma = true
    }

    private mutating func putComma() {
        if self.needsComma { self.store.put(UInt8(ascii: ",")) }
    }

    // MARK: Values

    public mutating func string(_ text: String) {
        self.openText()
        self.appendText(text)
        self.closeText()
    }

    public mutating func string(_ text: StaticString) {
        self.openText()
        self.store.reserve(text.utf8CodeUnitCount)
        self.store.put(text)
        self.closeText()
    }

    public mutating func bool(_ value: Bool) { self.word(value ? "true" : "false") }

    public mutating func null() { self.word("null") }

    private mutating func word(_ word: StaticString) {
        self.store.reserve(word.utf8CodeUnitCount + 1)
        self.putComma()
        self.store.put(word)
        self.needsComma = true
    }

    public mutating func integer(_ value: Int) { self.integer(Int64(value)) }

    public mutating func integer(_ value: Int64) {
        self.store.reserve(21)
        self.putComma()
        if value < 0 { self.store.put(UInt8(ascii: "-")) }
        self.store.putDigits(value.magnitude)
        self.needsComma = true
    }

    /// The shortest digits that read back as this value. JSON has no infinity and no NaN: these are written as null.
    public mutating func number(_ value: Double) {
        guard value.isFinite else { return self.null() }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return self.integer(whole) }
        var text = value.description
        text.withUTF8 { self.raw(UnsafeRawBufferPointer($0)) }
    }

    public mutating func timestamp(_ time: Timestamp) {
        self.openText()
        self.store.reserve(Timestamp.textLength)
        if let latest = self.latestTime, latest.value == time {
            self.store.putAgain(latest.range)
        } else {
            let start = self.count
            self.store.put { time.writeText(to: $0) }
            self.latestTime = (time, start..<self.count)
        }
        self.closeText()
    }

    /// `never`, or a time span.
    public mutating func lifetime(_ lifetime: Lifetime) {
        self.openText()
        if let latest = self.latestLifetime, latest.value == lifetime {
            self.store.reserve(latest.range.count)
            self.store.putAgain(latest.range)
        } else {
            let start = self.count
            self.appendText(lifetime.description)
            self.latestLifetime = (lifetime, start..<self.count)
        }
        self.closeText()
    }

    /// A value that is JSON already.
    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        self.store.reserve(json.count + 1)
        self.putComma()
        self.store.put(json.assumingMemoryBound(to: UInt8.self))
        self.needsComma = true
    }

    /// A value that is JSON already.
    public mutating func raw(_ json: [UInt8]) { json.withUnsafeBytes { self.raw($0) } }

    // MARK: Text in parts

    /// Begins a string that is put together of parts by `appendText`.
    mutating func openText() {
        self.store.reserve(2)
        self.putComma()
        self.store.put(UInt8(ascii: "\""))
    }

    mutating func closeText() {
        self.store.reserve(1)
        self.store.put(UInt8(ascii: "\""))
        self.needsComma = true
    }

    /// A part of a string, escaped where it has to be.
    mutating func appendText(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // Most text has nothing to escape and is copied whole.
            guard let first = JSONEscapes.firstEscaped(in: bytes) else {
                self.store.reserve(bytes.count)
                return self.store.put(bytes)
            }
            self.store.reserve(first + (bytes.count - first) * JSONEscapes.longestEscape)
            self.store.put(UnsafeBufferPointer(rebasing: bytes[..<first]))
            for byte in bytes[first...] { self.putEscaped(byte) }
        }
    }

    private mutating func putEscaped(_ byte: UInt8) {
        guard JSONEscapes.mustBeEscaped(byte) else { return self.store.put(byte) }
        self.store.put(UInt8(ascii: "\\"))
        if let letter = JSONEscapes.shortEscape(of: byte) { return self.store.put(letter) }
        self.store.put("u00")
        self.store.put(JSONEscapes.hexDigit(byte >> 4))
        self.store.put(JSONEscapes.hexDigit(byte & 15))
    }
}
