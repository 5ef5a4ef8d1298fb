import NIOCore

/// Takes replies out of what Redis sends, however that is split. Each byte is looked at once, and nothing is made room for that has
/// not come. After a fault it is of no more use.
struct RESPParser {
    /// What a reply may be at most. Redis itself allows 512 MiB for a string.
    struct Limits: Hashable {
        /// Arrays within arrays.
        var depth = 8
        var arrayElements = 65_536
        var lineBytes = 65_536
        var stringBytes = 16 << 20
        /// All of one reply.
        var replyBytes = 64 << 20
    }

    private enum Step {
        case value(RESPValue)
        /// An array or a string has begun.
        case begun
    }

    private struct OpenArray {
        var missing: Int
        var values: [RESPValue] = []
    }

    private let limits: Limits
    private var arrays: [OpenArray] = []
    /// Length of the string whose bytes come next.
    private var string: Int?
    /// Bytes of a line that have been looked at, and do not end it.
    private var searched = 0
    /// Bytes of this reply so far.
    private var taken = 0

    init(limits: Limits = Limits()) { self.limits = limits }

    /// The next whole reply; nil when more bytes are needed. What it took of the buffer is remembered.
    mutating func next(_ buffer: inout ByteBuffer) throws(RESPFault) -> RESPValue? {
        while let step = try self.step(&buffer) {
            guard case .value(let value) = step else { continue }
            if let reply = self.place(value) { return reply }
        }
        return nil
    }

    /// Puts a value into the array it belongs to. Returns the reply that is complete with it.
    private mutating func place(_ value: RESPValue) -> RESPValue? {
        var value = value
        while var array = self.arrays.popLast() {
            array.values.append(value)
            array.missing -= 1
            guard array.missing == 0 else {
                self.arrays.append(array)
                return nil
            }
            value = .array(array.values)
        }
        self.taken = 0
        return value
    }

    private mutating func step(_ buffer: inout ByteBuffer) throws(RESPFault) -> Step? {
        if let length = self.string { return try self.string(length, &buffer) }
        guard var line = try self.line(&buffer) else { return nil }
        guard let type = line.readInteger(as: UInt8.self) else { throw .unterminated }
        switch type {
        case UInt8(ascii: "+"): return .value(.text(String(buffer: line)))
        case UInt8(ascii: "-"): return .value(.error(String(buffer: line)))
        case UInt8(ascii: ":"): return .value(.integer(try Self.number(line)))
        case UInt8(ascii: "$"):
            guard let length = try Self.length(line, most: self.limits.stringBytes, or: .tooLong) else {
                return .value(.null)
            }
            guard self.taken + length <= self.limits.replyBytes else { throw .tooLong }
            self.string = length
            return .begun
        case UInt8(ascii: "*"):
            guard let count = try Self.length(line, most: self.limits.arrayElements, or: .tooManyElements) else {
                return .value(.null)
            }
            guard count > 0 else { return .value(.array([])) }
            guard self.arrays.count < self.limits.depth else { throw .tooDeep }
            self.arrays.append(OpenArray(missing: count))
            return .begun
        default: throw .unknownType(type)
        }
    }

    private mutating func string(_ length: Int, _ buffer: inout ByteBuffer) throws(RESPFault) -> Step? {
        guard buffer.readableBytes >= length + 2, let bytes = buffer.readSlice(length: length) else { return nil }
        guard buffer.readInteger(as: UInt16.self) == 0x0D0A else { throw .unterminated }
        self.string = nil
        try self.count(length + 2)
        return .value(.bytes(bytes))
    }

    /// The next line, without its end.
    private mutating func line(_ buffer: inout ByteBuffer) throws(RESPFault) -> ByteBuffer? {
        let view = buffer.readableBytesView.dropFirst(self.searched)
        let end = view.firstIndex { $0 == 0x0D || $0 == 0x0A } ?? view.endIndex
        let length = end - buffer.readerIndex
        guard length <= self.limits.lineBytes else { throw .tooLong }
        self.searched = length
        guard end < view.endIndex, view[end] == 0x0A || end + 1 < view.endIndex else { return nil }
        guard view[end] == 0x0D, view[end + 1] == 0x0A, let line = buffer.readSlice(length: length) else {
            throw .unterminated
        }
        buffer.moveReaderIndex(forwardBy: 2)
        self.searched = 0
        try self.count(length + 2)
        return line
    }

    private mutating func count(_ bytes: Int) throws(RESPFault) {
        self.taken += bytes
        guard self.taken <= self.limits.replyBytes else { throw .tooLong }
    }

    /// A length; nil for -1, which stands for nothing at all.
    private static func length(_ line: ByteBuffer, most: Int, or fault: RESPFault) throws(RESPFault) -> Int? {
        let number = try self.number(line)
        guard number >= 0 else {
            guard number == -1 else { throw .notANumber }
            return nil
        }
        guard number <= Int64(most) else { throw fault }
        return Int(number)
    }

    private static func number(_ line: ByteBuffer) throws(RESPFault) -> Int64 {
        // Redis writes no sign but a minus; String's reader would take a plus, too.
        guard line.readableBytesView.first != UInt8(ascii: "+"), let number = Int64(String(buffer: line)) else {
            throw .notANumber
        }
        return number
    }
}
