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
        let utf8 = value.utf8
        self.varint(UInt64(utf8.count))
        self.bytes.append(contentsOf: utf8)
    }

    /// Writes a record within this one.
    mutating func record(_ field: UInt8, _ body: (inout RecordWriter) -> Void) {
        self.tag(field, .bytes)
        let start = self.bytes.count
        // Most inner records are shorter than 128 bytes, so that one byte holds their length.
        self.bytes.append(0)
        body(&self)
        var length = UInt64(self.bytes.count - start - 1)
        self.bytes[start] = UInt8(truncatingIfNeeded: length & 0x7F) | (length < 0x80 ? 0 : 0x80)
        length >>= 7
        guard length > 0 else { return }
        var rest: [UInt8] = []
        while length > 0 {
            rest.append(UInt8(truncatingIfNeeded: length & 0x7F) | (length < 0x80 ? 0 : 0x80))
            length >>= 7
        }
        self.bytes.insert(contentsOf: rest, at: start + 1)
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
