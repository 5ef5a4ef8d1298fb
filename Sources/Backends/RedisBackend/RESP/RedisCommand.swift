import NIOCore

/// A command with its arguments, written as an array of strings of bytes.
struct RedisCommand: Hashable, Sendable {
    enum Argument: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        case text(String)
        case bytes([UInt8])

        init(stringLiteral value: String) { self = .text(value) }
    }

    let arguments: [Argument]

    init(_ arguments: Argument...) { self.arguments = arguments }
    init(_ arguments: [Argument]) { self.arguments = arguments }

    /// How many bytes ``write(to:)`` writes at most.
    var length: Int {
        self.arguments.reduce(32) { length, argument in
            switch argument {
            case .text(let text): length + text.utf8.count + 32
            case .bytes(let bytes): length + bytes.count + 32
            }
        }
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeString("*\(self.arguments.count)\r\n")
        for argument in self.arguments {
            switch argument {
            case .text(let text):
                buffer.writeString("$\(text.utf8.count)\r\n")
                buffer.writeString(text)
            case .bytes(let bytes):
                buffer.writeString("$\(bytes.count)\r\n")
                buffer.writeBytes(bytes)
            }
            buffer.writeString("\r\n")
        }
    }
}
