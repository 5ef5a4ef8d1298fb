/// Writes fields, each with its number, one after another: the wire format of Protocol Buffers with two of its types.
///
/// A field is a varint `number << 3 | type`, then a varint (type 0), or a length and that many bytes (type 2). A reader
/// skips numbers that it does not know, so a later version may add fields without a migration.
/// Source: https://protobuf.dev/programming-guides/encoding/
///
/// It writes to memory of its own, which is used again for each record: an array, which is asked for its owner and its
/// room at each byte, takes twice the time.
public struct RecordWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0

    /// Most bytes of a varint.
    private static let longestVarint = 10

    public init() {
        self.capacity = 4_096
        self.start = .allocate(capacity: self.capacity)
    }

    deinit { self.start.deallocate() }

    /// The record. Valid until the writer writes again.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.start, count: self.count) }

    /// Forgets whatever was written before: what follows stands alone, without an envelope.
    public mutating func restart() { self.count = 0 }

    /// Writes one whole record in its envelope, over whatever was written before.
    public mutating func seal(_ body: (inout RecordWriter) -> Void) {
        self.count = RecordEnvelope.length
        body(&self)
        let checksum = RecordEnvelope.checksum(UnsafeRawBufferPointer(rebasing: self.bytes[RecordEnvelope.length...]))
        self.start[0] = RecordEnvelope.format
        UnsafeMutableRawPointer(self.start)
            .storeBytes(of: checksum.littleEndian, toByteOffset: RecordEnvelope.checksumOffset, as: UInt32.self)
    }

    /// Writes `value`; negative ones take ten bytes.
    public mutating func integer(_ field: UInt8, _ value: Int64) {
        self.reserve(2 * Self.longestVarint)
        self.tag(field, .varint)
        self.varint(UInt64(bitPattern: value))
    }

    /// Writes `value`; empty text is left out, for it is what a reader assumes.
    public mutating func text(_ field: UInt8, _ value: String) {
        if !value.isEmpty { self.requiredText(field, value) }
    }

    /// Writes `value` also when it is empty: a field that must be there, or one of several under the same number.
    public mutating func requiredText(_ field: UInt8, _ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            self.reserve(2 * Self.longestVarint + utf8.count)
            self.tag(field, .bytes)
            self.varint(UInt64(utf8.count))
            if let source = utf8.baseAddress { (self.start + self.count).update(from: source, count: utf8.count) }
            self.count += utf8.count
        }
    }

    /// Writes bytes of any kind.
    public mutating func rawBytes(_ field: UInt8, _ value: [UInt8]) {
        self.reserve(2 * Self.longestVarint + value.count)
        self.tag(field, .bytes)
        self.varint(UInt64(value.count))
        (self.start + self.count).update(from: value, count: value.count)
        self.count += value.count
    }

    /// Writes a record within this one.
    public mutating func record(_ field: UInt8, _ body: (inout RecordWriter) -> Void) {
        self.reserve(2 * Self.longestVarint)
        self.tag(field, .bytes)
        // One byte is there for the length, which does for most inner records. Longer ones move on behind theirs.
        let place = self.count
        self.count += 1
        body(&self)
        let length = self.count - place - 1
        if length >= 0x80 {
            self.reserve(Self.longestVarint)
            let begin = place + (64 - length.leadingZeroBitCount + 6) / 7
            (self.start + begin).update(from: self.start + place + 1, count: length)
        }
        self.count = place
        self.varint(UInt64(length))
        self.count += length
    }

    private mutating func tag(_ field: UInt8, _ type: RecordFieldType) {
        self.varint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    /// There must be room for it.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.start[self.count] = UInt8(truncatingIfNeeded: rest) | 0x80
            self.count += 1
            rest >>= 7
        }
        self.start[self.count] = UInt8(truncatingIfNeeded: rest)
        self.count += 1
    }

    /// Makes room for so many bytes more.
    private mutating func reserve(_ additional: Int) {
        if self.count + additional > self.capacity { self.grow(to: self.count + additional) }
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, self.capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: self.start, count: self.count)
        self.start.deallocate()
        self.start = moved
        self.capacity = larger
    }
}

/// How a field's value is written.
enum RecordFieldType: UInt8 {
    case varint = 0
    case bytes = 2
}
