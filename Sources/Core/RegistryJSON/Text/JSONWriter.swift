public import RegistryModel

/// Writes one JSON text, field by field, into memory of its own.
///
/// It puts the commas; whoever calls it sees to it that every object holds names followed by values and is ended.
/// A single flag suffices for the commas: whether a value was the last thing written.
public struct JSONWriter: ~Copyable {
    private var storage: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes have been written.
    public private(set) var count = 0
    private var needsComma = false

    /// - Parameter capacity: bytes to make room for at once; more is made as needed.
    public init(capacity: Int = 1_024) {
        self.capacity = max(capacity, 64)
        self.storage = .allocate(capacity: self.capacity)
    }

    deinit { self.storage.deallocate() }

    /// A copy of what has been written.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: self.storage, count: self.count)) }

    /// Lends what has been written, without a copy; it must not be kept.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: self.storage, count: self.count))
    }

    /// Forgets what has been written and keeps the memory.
    public mutating func removeAll() {
        self.count = 0
        self.needsComma = false
    }

    // MARK: Structure

    public mutating func beginObject() { self.begin(UInt8(ascii: "{")) }
    public mutating func endObject() { self.end(UInt8(ascii: "}")) }
    public mutating func beginArray() { self.begin(UInt8(ascii: "[")) }
    public mutating func endArray() { self.end(UInt8(ascii: "]")) }

    /// The name of the field whose value comes next. Field names have nothing to escape.
    public mutating func name(_ name: StaticString) {
        let count = name.utf8CodeUnitCount
        self.reserve(count + 4)
        self.putComma()
        self.put(UInt8(ascii: "\""))
        self.put(UnsafeBufferPointer(start: name.utf8Start, count: count))
        self.put(UInt8(ascii: "\""))
        self.put(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// A name that a user chose, such as a metadata key.
    public mutating func name(_ name: String) {
        self.string(name)
        self.reserve(1)
        self.put(UInt8(ascii: ":"))
        self.needsComma = false
    }

    private mutating func begin(_ bracket: UInt8) {
        self.reserve(2)
        self.putComma()
        self.put(bracket)
        self.needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        self.reserve(1)
        self.put(bracket)
        self.needsComma = true
    }

    // MARK: Values

    public mutating func string(_ text: String) {
        self.openText()
        self.appendText(text)
        self.closeText()
    }

    public mutating func string(_ text: StaticString) {
        self.openText()
        self.reserve(text.utf8CodeUnitCount)
        self.put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        self.closeText()
    }

    public mutating func bool(_ value: Bool) { self.word(value ? "true" : "false") }

    public mutating func null() { self.word("null") }

    public mutating func timestamp(_ time: Timestamp) {
        self.openText()
        self.reserve(Timestamp.textLength)
        self.count += time.writeText(to: self.storage + self.count)
        self.closeText()
    }

    /// A value that is JSON already.
    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        self.reserve(json.count + 1)
        self.putComma()
        self.put(json.assumingMemoryBound(to: UInt8.self))
        self.needsComma = true
    }

    /// A value that is JSON already.
    public mutating func raw(_ json: [UInt8]) { json.withUnsafeBytes { self.raw($0) } }

    public mutating func integer(_ value: Int) { self.integer(Int64(value)) }

    public mutating func integer(_ value: Int64) {
        self.reserve(21)
        self.putComma()
        if value < 0 { self.put(UInt8(ascii: "-")) }
        self.putDigits(value.magnitude)
        self.needsComma = true
    }

    /// The shortest digits that read back as this value. JSON has no infinity and no NaN: these are written as null.
    public mutating func number(_ value: Double) {
        guard value.isFinite else { return self.null() }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return self.integer(whole) }
        var text = value.description
        text.withUTF8 { self.raw(UnsafeRawBufferPointer($0)) }
    }

    private mutating func word(_ word: StaticString) {
        self.reserve(word.utf8CodeUnitCount + 1)
        self.putComma()
        self.put(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        self.needsComma = true
    }

    // MARK: Text in parts

    /// Begins a string that is put together of parts by `appendText`.
    mutating func openText() {
        self.reserve(2)
        self.putComma()
        self.put(UInt8(ascii: "\""))
    }

    mutating func closeText() {
        self.reserve(1)
        self.put(UInt8(ascii: "\""))
        self.needsComma = true
    }

    /// A part of a string, escaped where it has to be.
    mutating func appendText(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // Most text has nothing to escape and is copied whole.
            guard let first = JSONEscapes.firstEscaped(in: bytes) else {
                self.reserve(bytes.count)
                return self.put(bytes)
            }
            self.reserve(first + (bytes.count - first) * JSONEscapes.longestEscape)
            self.put(UnsafeBufferPointer(rebasing: bytes[..<first]))
            for byte in bytes[first...] { self.putEscaped(byte) }
        }
    }

    private mutating func putEscaped(_ byte: UInt8) {
        guard JSONEscapes.mustBeEscaped(byte) else { return self.put(byte) }
        self.put(UInt8(ascii: "\\"))
        if let letter = JSONEscapes.shortEscape(of: byte) { return self.put(letter) }
        for digit in [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")] { self.put(digit) }
        self.put(JSONEscapes.hexDigit(byte >> 4))
        self.put(JSONEscapes.hexDigit(byte & 15))
    }

    // MARK: Bytes: whoever puts has reserved

    private mutating func putComma() {
        if self.needsComma { self.put(UInt8(ascii: ",")) }
    }

    private mutating func put(_ byte: UInt8) {
        self.storage[self.count] = byte
        self.count += 1
    }

    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        (self.storage + self.count).update(from: start, count: bytes.count)
        self.count += bytes.count
    }

    private mutating func putDigits(_ value: UInt64) {
        var length = 1
        var power: UInt64 = 10
        while length < 20, value >= power {
            length += 1
            let (next, overflow) = power.multipliedReportingOverflow(by: 10)
            if overflow { break }
            power = next
        }
        var rest = value
        for position in stride(from: self.count + length - 1, through: self.count, by: -1) {
            self.storage[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        self.count += length
    }

    private mutating func reserve(_ additional: Int) {
        if self.count + additional > self.capacity { self.grow(to: self.count + additional) }
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, self.capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: self.storage, count: self.count)
        self.storage.deallocate()
        self.storage = moved
        self.capacity = larger
    }
}
