public import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where one HTTP/1.1 response ends, and what it said: all that a load generator needs to know.
///
/// It looks at what has come so far from the start each time, which is cheap as responses come in one or a few pieces.
public struct ResponseScan: Sendable, Equatable {
    public let status: Int
    /// Offset of the body; chunked bodies have their framing in it.
    public let bodyStart: Int
    /// Offset of what follows the response.
    public let end: Int
    public let isChunked: Bool

    public struct Malformed: Error, CustomStringConvertible {
        public let description: String
    }

    /// Nil while the response is incomplete. A response without a length, which ends with its connection, is malformed here.
    public static func of(_ buffer: ByteBuffer) throws -> ResponseScan? {
        try buffer.withUnsafeReadableBytes { try Self.scan($0) }
    }

    private static func scan(_ bytes: UnsafeRawBufferPointer) throws -> ResponseScan? {
        guard let statusLineEnd = bytes.firstIndex(of: newline, from: 0) else { return nil }
        guard statusLineEnd >= 12, bytes.starts(with: "HTTP/1.1 ".utf8),
            let status = Int(String(decoding: bytes[9..<12], as: UTF8.self))
        else { throw Malformed(description: "What came does not begin with an HTTP/1.1 status line.") }
        var length: Int? = [204, 304].contains(status) ? 0 : nil
        var isChunked = false
        var lineStart = statusLineEnd + 1
        while let lineEnd = bytes.firstIndex(of: newline, from: lineStart) {
            if lineEnd - lineStart <= 1 {
                return try Self.end(bytes, status: status, bodyStart: lineEnd + 1, length: length, isChunked: isChunked)
            }
            // Only these two header names are of interest; most lines are passed over after one byte.
            switch bytes[lineStart] | 0x20 {
            case UInt8(ascii: "c"): length = Self.contentLength(bytes[lineStart..<lineEnd]) ?? length
            case UInt8(ascii: "t"): isChunked = isChunked || Self.saysChunked(bytes[lineStart..<lineEnd])
            default: break
            }
            lineStart = lineEnd + 1
        }
        return nil
    }

    private static func end(
        _ bytes: UnsafeRawBufferPointer, status: Int, bodyStart: Int, length: Int?, isChunked: Bool
    ) throws -> ResponseScan? {
        let end: Int?
        if isChunked {
            end = try Self.chunksEnd(bytes, from: bodyStart)
        } else if let length {
            end = bodyStart + length
        } else {
            throw Malformed(description: "The response has neither a length nor chunks.")
        }
        guard let end, end <= bytes.count else { return nil }
        return ResponseScan(status: status, bodyStart: bodyStart, end: end, isChunked: isChunked)
    }

    /// The offset after the last chunk; nil while it has not come.
    private static func chunksEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) throws -> Int? {
        var position = start
        while let chunk = try Self.chunk(bytes, at: position) {
            guard chunk.upperBound + 2 <= bytes.count else { return nil }
            if chunk.isEmpty { return chunk.upperBound + 2 }
            position = chunk.upperBound + 2
        }
        return nil
    }

    /// The bytes of the chunk whose size stands at `position`; nil while the size has not come.
    private static func chunk(_ bytes: UnsafeRawBufferPointer, at position: Int) throws -> Range<Int>? {
        guard let lineEnd = bytes.firstIndex(of: newline, from: position) else { return nil }
        let digits = bytes[position..<lineEnd].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
            throw Malformed(description: "The size of a chunk is not a number.")
        }
        return lineEnd + 1..<lineEnd + 1 + size
    }

    /// The body without the framing of chunks.
    public func body(of buffer: ByteBuffer) throws -> [UInt8] {
        try buffer.withUnsafeReadableBytes { bytes in
            guard self.isChunked else { return Array(bytes[self.bodyStart..<self.end]) }
            var body: [UInt8] = []
            var position = self.bodyStart
            while let chunk = try Self.chunk(bytes, at: position), !chunk.isEmpty {
                body.append(contentsOf: bytes[chunk])
                position = chunk.upperBound + 2
            }
            return body
        }
    }

    // MARK: - Header lines

    private static let newline = UInt8(ascii: "\n")

    private static func contentLength(_ line: Slice<UnsafeRawBufferPointer>) -> Int? {
        Self.value(of: "content-length:", in: line).flatMap { Int($0) }
    }

    private static func saysChunked(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        Self.value(of: "transfer-encoding:", in: line)?.lowercased() == "chunked"
    }

    private static func value(of name: StaticString, in line: Slice<UnsafeRawBufferPointer>) -> String? {
        guard line.count > name.utf8CodeUnitCount,
            name.withUTF8Buffer({ zip($0, line).allSatisfy { $0 == $1 || $0 == $1 | 0x20 } })
        else { return nil }
        let value = line.dropFirst(name.utf8CodeUnitCount).drop { $0 == UInt8(ascii: " ") }
        return String(decoding: value.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < self.count, let base = self.baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(byte), self.count - start) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
