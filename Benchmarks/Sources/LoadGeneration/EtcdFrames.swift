import NIOCore

/// The few HTTP/2 frames (RFC 9113) that a client of etcd's `Put` sends, put together without a header table or generated code.
///
/// A general gRPC client needs more of a core than etcd itself for such small calls, and both share one machine here; this
/// one leaves the cores to etcd, so that etcd's figure is etcd's.
enum EtcdFrames {
    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
    }

    static let headerBytes = 9
    private static let endStream: UInt8 = 0x1
    private static let acknowledgement: UInt8 = 0x1
    private static let endHeaders: UInt8 = 0x4
    /// Bytes of answers that the server may send before it is told that there is room again.
    static let window = 0x7fff_0000

    /// Opens a connection: preface, settings, and room for answers.
    static var opening: ByteBuffer {
        var buffer = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        buffer.writeFrame(Kind.settings, flags: 0, stream: 0) { _ in }
        buffer.writeImmutableBuffer(self.windowUpdate(UInt32(self.window - 65_535)))
        return buffer
    }

    static func windowUpdate(_ increment: UInt32) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeFrame(Kind.windowUpdate, flags: 0, stream: 0) { $0.writeInteger(increment) }
        return buffer
    }

    static var settingsAcknowledged: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeFrame(Kind.settings, flags: self.acknowledgement, stream: 0) { _ in }
        return buffer
    }

    static func pong(_ payload: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeFrame(Kind.ping, flags: self.acknowledgement, stream: 0) { $0.writeImmutableBuffer(payload) }
        return buffer
    }

    static func isAcknowledgement(_ flags: UInt8) -> Bool { flags & self.acknowledgement != 0 }

    static func endsStream(_ flags: UInt8) -> Bool { flags & self.endStream != 0 }

    /// A whole call on a stream: request headers and the one message.
    static func put(stream: UInt32, fields: ByteBuffer, message: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeFrame(Kind.headers, flags: self.endHeaders, stream: stream) { $0.writeImmutableBuffer(fields) }
        buffer.writeFrame(Kind.data, flags: self.endStream, stream: stream) { frame in
            // gRPC's prefix: not compressed, and the length.
            frame.writeInteger(UInt8(0))
            frame.writeInteger(UInt32(message.readableBytes))
            frame.writeImmutableBuffer(message)
        }
        return buffer
    }

    /// The request headers as HPACK (RFC 7541) literals that go into no table, so that they are the same for every call.
    static func fields(authority: String) -> ByteBuffer {
        var buffer = ByteBuffer(bytes: [0x80 | 3, 0x80 | 6])  // :method POST, :scheme http
        func literal(name index: UInt8?, _ name: String, _ value: String) {
            // A static name from 15 on takes a second byte (4-bit prefix).
            switch index {
            case .some(let index) where index < 15: buffer.writeInteger(index)
            case .some(let index): buffer.writeBytes([0x0f, index - 15])
            case nil:
                buffer.writeInteger(UInt8(0))
                buffer.writeInteger(UInt8(name.utf8.count))
                buffer.writeString(name)
            }
            buffer.writeInteger(UInt8(value.utf8.count))
            buffer.writeString(value)
        }
        literal(name: 4, ":path", "/etcdserverpb.KV/Put")
        literal(name: 1, ":authority", authority)
        literal(name: 31, "content-type", "application/grpc")
        literal(name: nil, "te", "trailers")
        return buffer
    }

    /// `PutRequest` of etcd's rpc.proto: key = 1, value = 2, both bytes.
    static func putRequest(key: String, value: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for (field, bytes) in [(UInt8(1), Array(key.utf8)), (2, value)] {
            buffer.writeInteger(field << 3 | 2)
            buffer.writeVariableLength(bytes.count)
            buffer.writeBytes(bytes)
        }
        return buffer
    }
}

extension ByteBuffer {
    fileprivate mutating func writeFrame(
        _ kind: UInt8, flags: UInt8, stream: UInt32, _ payload: (inout ByteBuffer) -> Void
    ) {
        let start = self.writerIndex
        self.writeRepeatingByte(0, count: EtcdFrames.headerBytes)
        payload(&self)
        let length = UInt32(self.writerIndex - start - EtcdFrames.headerBytes)
        self.setInteger(length << 8 | UInt32(kind), at: start)
        self.setInteger(flags, at: start + 4)
        self.setInteger(stream, at: start + 5)
    }

    /// Protocol buffers' base 128 varint.
    fileprivate mutating func writeVariableLength(_ length: Int) {
        var rest = UInt64(length)
        while rest >= 0x80 {
            self.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.writeInteger(UInt8(rest))
    }
}
