import NIOCore

/// Cuts the bytes that an HTTP/2 server sends into those that are passed on and PING frames that ask for an answer.
///
/// It looks at nothing but the nine bytes that every frame begins with (RFC 9113, sections 4.1 and 6.7).
struct PingScanner {
    enum Piece: Equatable {
        case other(ByteBuffer)
        /// A whole frame.
        case ping(ByteBuffer)
    }

    private static let headerLength = 9
    private static let pingType: UInt8 = 6
    private static let pingLength = 8
    private static let acknowledgement: UInt8 = 1

    /// Bytes of the frame that has begun, which are still to come.
    private var remaining = 0
    /// The beginning of a frame that does not tell yet what it is: at most 16 bytes.
    private var held: ByteBuffer?

    /// The pieces in order.
    mutating func split(_ input: ByteBuffer) -> [Piece] {
        var bytes = input
        if var joined = self.held.take() {
            joined.writeImmutableBuffer(input)
            bytes = joined
        }
        var pieces: [Piece] = []
        var start = bytes.readerIndex
        var position = start
        while position < bytes.writerIndex {
            let available = bytes.writerIndex - position
            if self.remaining > 0 {
                let step = min(self.remaining, available)
                position += step
                self.remaining -= step
                continue
            }
            guard let header = Header(bytes, at: position),
                !header.isPing || available >= Self.headerLength + Self.pingLength
            else {
                self.held = bytes.getSlice(at: position, length: available)
                break
            }
            guard header.isPing else {
                self.remaining = Self.headerLength + header.length
                continue
            }
            Self.append(bytes, start..<position, to: &pieces)
            let end = position + Self.headerLength + Self.pingLength
            bytes.getSlice(at: position, length: end - position).map { pieces.append(.ping($0)) }
            position = end
            start = end
        }
        Self.append(bytes, start..<position, to: &pieces)
        return pieces
    }

    /// The frame that answers a PING: the same eight bytes, with the flag ACK.
    static func answer(to ping: ByteBuffer) -> ByteBuffer {
        var answer = ping
        answer.setInteger(Self.acknowledgement, at: ping.readerIndex + 4)
        return answer
    }

    private static func append(_ bytes: ByteBuffer, _ range: Range<Int>, to pieces: inout [Piece]) {
        guard !range.isEmpty, let slice = bytes.getSlice(at: range.lowerBound, length: range.count) else { return }
        pieces.append(.other(slice))
    }

    private struct Header {
        let length: Int
        let isPing: Bool

        /// Nil when it is not there whole.
        init?(_ bytes: ByteBuffer, at position: Int) {
            guard bytes.writerIndex - position >= PingScanner.headerLength,
                let word = bytes.getInteger(at: position, as: UInt32.self),
                let flags = bytes.getInteger(at: position + 4, as: UInt8.self)
            else { return nil }
            self.length = Int(word >> 8)
            self.isPing =
                UInt8(word & 0xFF) == PingScanner.pingType && self.length == PingScanner.pingLength
                && flags & PingScanner.acknowledgement == 0
        }
    }
}
