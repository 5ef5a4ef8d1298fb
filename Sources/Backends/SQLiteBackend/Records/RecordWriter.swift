/// Writes fields, each with its number, one after another: the wire format of Protocol Buffers with two of its types.
///
/// A field is a varint `number << 3 | type`, then a varint (type 0), or a length and that many bytes (type 2). A reader
/// skips numbers that it does not know, so a later version may add fields without a migration.
/// Source: https://protobuf.dev/programming-guides/encoding/
struct RecordWriter {
    private(set) var bytes: [UInt8] = []

    /// Writes one whole record in its envelope, over whatever was written before: the memory is used again.
    mutating func seal(_ body: (inout RecordWriter) -> Void) {
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(RecordEnvelope.format)
        for _ in 1..<RecordEnvelope.length { self.bytes.append(0) }
        body(&self)
        self.bytes.withUnsafeMutableBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[RecordEnvelope.length...])
            let checksum = RecordEnvelope.checksum(body)
            bytes.storeBytes(of: checksum.littleEndian, toByteOffset: RecordEnvelope.checksumOffset, as: UInt32.self)
        }
    }

    /// Writes `value`; negative ones take ten bytes.
    mutating func integer(_ field: UInt8, _ value: Int64) {
        self.tag(field, .varint)
        self.varint(UInt64(bitPattern: value))
    }

    /// Writes `value`; empty text is left out, for it is what a reader assumes.
    mutating func text(_ field: UInt8, _ value: String) {
        if !value.isEmpty { self.requiredText(field, value) }
    }

    /// Writes `value` also when it is empty: a field that must be there, or one of several under the same number.
    mutating func requiredText(_ field: UInt8, _ value: String) {
        self.tag(field, .bytes)
        var value = value
        value.withUTF8 { utf8 in
            self.varint(UInt64(utf8.count))
            self.bytes.append(contentsOf: utf8)
        }
    }

    /// Writes a record within this one.
    mutating func record(_ field: UInt8, _ body: (inout RecordWriter) -> Void) {
        self.tag(field, .bytes)
        let start = self.bytes.count
        self.bytes.append(0)
        body(&self)
        // One byte is there for the length, which does for most inner records; room is made for each further one.
        var length = UInt64(self.bytes.count - start - 1)
        var position = start
        while length >= 0x80 {
            self.bytes[position] = UInt8(truncatingIfNeeded: length) | 0x80
            length >>= 7
            position += 1
            self.bytes.insert(0, at: position)
        }
        self.bytes[position] = UInt8(truncatingIfNeeded: length)
    }

    private mutating func tag(_ field: UInt8, _ type: RecordFieldType) {
        self.varint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

/// How a field's value is written.
enum RecordFieldType: UInt8 {
    case varint = 0
    case bytes = 2
}
