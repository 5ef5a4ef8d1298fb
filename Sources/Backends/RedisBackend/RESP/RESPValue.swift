import NIOCore

/// A reply of Redis in version 2 of its protocol, which every Redis speaks until it is asked for another.
/// Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
enum RESPValue: Hashable, Sendable {
    case text(String)
    /// What Redis refuses, in its words: a code in capitals, then a sentence.
    case error(String)
    case integer(Int64)
    /// A bulk string.
    case bytes(ByteBuffer)
    /// A bulk string or an array that is not there.
    case null
    case array([RESPValue])

    /// The text of a bulk string; nil when it is something else.
    var string: String? { if case .bytes(let bytes) = self { String(buffer: bytes) } else { nil } }
}

/// Why bytes are not a reply.
enum RESPFault: Error, Hashable {
    case unknownType(UInt8)
    case notANumber
    /// A line or a string that does not end where it has to.
    case unterminated
    case tooLong
    case tooManyElements
    case tooDeep
}
