/// What every stored record begins with: the format's number, and a checksum of all that follows.
///
/// SQLite notices a page whose structure is broken, but not a bit that flipped within a value.
public enum RecordEnvelope {
    static let format: UInt8 = 1
    static let checksumOffset = 1
    static let length = 5

    /// A reader of the fields within the envelope.
    public static func open(_ bytes: UnsafeRawBufferPointer) throws(RecordFault) -> RecordReader {
        guard bytes.count >= self.length else { throw .truncated }
        guard bytes[0] == self.format else { throw .unknownFormat(bytes[0]) }
        let body = UnsafeRawBufferPointer(rebasing: bytes[self.length...])
        let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: self.checksumOffset, as: UInt32.self))
        guard stored == self.checksum(body) else { throw .checksum }
        return RecordReader(body)
    }

    /// Adler-32 (RFC 1950, section 8.2).
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        var position = 0
        while position < bytes.count {
            // 5,552 is the most bytes before the sums could overflow 32 bits.
            let end = min(position + 5_552, bytes.count)
            while position < end {
                low &+= UInt32(bytes[position])
                high &+= low
                position += 1
            }
            low %= 65_521
            high %= 65_521
        }
        return high << 16 | low
    }
}
