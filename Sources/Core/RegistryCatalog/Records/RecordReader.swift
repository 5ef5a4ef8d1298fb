/// Reads what ``RecordWriter`` writes. Whatever the bytes are, it gives a value or throws; it never reads beyond them.
///
/// ```swift
/// while let field = try reader.next() {
///     switch field {
///     case 1: id = try reader.text()
///     default: try reader.skip()
///     }
/// }
/// ```
public struct RecordReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var type = RecordFieldType.varint

    /// - Parameter bytes: they must stay valid for as long as the reader is used.
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The number of the next field, whose value is to be read or skipped then; nil at the end.
    public mutating func next() throws(RecordFault) -> UInt64? {
        guard self.position < self.bytes.count else { return nil }
        let tag = try self.varint()
        guard let type = RecordFieldType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else { throw .unknownType }
        self.type = type
        return tag >> 3
    }

    public mutating func integer() throws(RecordFault) -> Int64 {
        guard self.type == .varint else { throw .wrongType }
        return Int64(bitPattern: try self.varint())
    }

    /// An integer that must fit.
    mutating func integer<Value: FixedWidthInteger>(as type: Value.Type) throws(RecordFault) -> Value {
        guard let value = Value(exactly: try self.integer()) else { throw .outOfRange }
        return value
    }

    /// An integer that must be one of an enumeration's.
    mutating func value<Value: RawRepresentable>(
        of type: Value.Type
    ) throws(RecordFault) -> Value where Value.RawValue == UInt8 {
        guard let value = Value(rawValue: try self.integer(as: UInt8.self)) else { throw .outOfRange }
        return value
    }

    public mutating func text() throws(RecordFault) -> String {
        let slice = try self.slice()
        // Decoding repairs what is not Unicode, so that the text then differs from the bytes. String(validating:as:)
        // would say so directly, but is not specialised: it took a third of the time of a whole load.
        var text = String(decoding: slice, as: UTF8.self)
        let isSame = text.withUTF8 { $0.elementsEqual(slice) }
        guard isSame else { throw .notUnicode }
        return text
    }

    public mutating func rawBytes() throws(RecordFault) -> [UInt8] { Array(try self.slice()) }

    /// A record within this one.
    public mutating func record() throws(RecordFault) -> RecordReader { RecordReader(try self.slice()) }

    /// Passes over the value of a field that this version does not know.
    public mutating func skip() throws(RecordFault) {
        switch self.type {
        case .varint: _ = try self.varint()
        case .bytes: _ = try self.slice()
        }
    }

    private mutating func slice() throws(RecordFault) -> UnsafeRawBufferPointer {
        guard self.type == .bytes else { throw .wrongType }
        let length = try self.varint()
        guard length <= UInt64(self.bytes.count - self.position) else { throw .truncated }
        let end = self.position + Int(length)
        defer { self.position = end }
        return UnsafeRawBufferPointer(rebasing: self.bytes[self.position..<end])
    }

    private mutating func varint() throws(RecordFault) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard self.position < self.bytes.count else { throw .truncated }
            let byte = self.bytes[self.position]
            self.position += 1
            // The tenth byte holds the last of 64 bits.
            guard shift < 63 || byte <= 1 else { throw .outOfRange }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .outOfRange
    }
}

/// What is wrong with the bytes of a record.
public enum RecordFault: Error, Hashable {
    case truncated
    case unknownType
    case wrongType
    case outOfRange
    case notUnicode
    case missingField
    case unknownFormat(UInt8)
    case checksum
}
