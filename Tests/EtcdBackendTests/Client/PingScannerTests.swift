import NIOCore
import NIOEmbedded
import Testing

@testable import EtcdBackend

@Suite("A server's PING frames are answered before they are counted")
struct PingScannerTests {
    @Test("However the bytes are cut, PINGs are found and the rest is passed on as it was")
    func anyCut() {
        let stream =
            Self.frame(type: 4, flags: 0, []) + Self.ping(1) + Self.frame(type: 0, flags: 1, [UInt8](0...40))
            + Self.ping(2) + Self.ping(3) + Self.frame(type: 6, flags: 1, [UInt8](repeating: 9, count: 8))
            + Self.frame(type: 0, flags: 0, Self.ping(4)) + Self.ping(5)
        let rest =
            Self.frame(type: 4, flags: 0, []) + Self.frame(type: 0, flags: 1, [UInt8](0...40))
            + Self.frame(type: 6, flags: 1, [UInt8](repeating: 9, count: 8))
            + Self.frame(type: 0, flags: 0, Self.ping(4))
        for step in 1...stream.count {
            var scanner = PingScanner()
            var others: [UInt8] = []
            var pings: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: step) {
                for piece in scanner.split(ByteBuffer(bytes: stream[start..<min(start + step, stream.count)])) {
                    switch piece {
                    case .other(let bytes): others += Array(bytes.readableBytesView)
                    case .ping(let frame): pings.append(Array(frame.readableBytesView))
                    }
                }
            }
            #expect(others == rest, "in steps of \(step)")
            #expect(pings == [1, 2, 3, 5].map(Self.ping), "in steps of \(step)")
        }
    }

    @Test("The answer is the same frame with the flag ACK")
    func answer() {
        let answer = PingScanner.answer(to: ByteBuffer(bytes: Self.ping(7)))
        #expect(Array(answer.readableBytesView) == Self.frame(type: 6, flags: 1, [UInt8](repeating: 7, count: 8)))
    }

    @Test("The handler answers, and passes nothing of it on")
    func handler() throws {
        let channel = EmbeddedChannel(handler: PingResponder())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(bytes: Self.ping(1) + Self.frame(type: 0, flags: 0, [5])))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(bytes: Self.frame(type: 0, flags: 0, [5])))
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
        let answer = try channel.readOutbound(as: ByteBuffer.self)
        #expect(answer == ByteBuffer(bytes: Self.frame(type: 6, flags: 1, [UInt8](repeating: 1, count: 8))))
        _ = try channel.finish()
    }

    @Test("PINGs of one who does not read the answers are left to the limit of the HTTP/2 handler")
    func flood() throws {
        let channel = EmbeddedChannel(handler: PingResponder())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.isWritable = false
        try channel.writeInbound(ByteBuffer(bytes: Self.ping(1)))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(bytes: Self.ping(1)))
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        _ = try channel.finish()
    }

    @Test("A connection on which the server says nothing is closed; its first word ends the wait")
    func greeting() throws {
        for speaks in [false, true] {
            let channel = EmbeddedChannel(handler: GreetingDeadline(.seconds(5)))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            channel.embeddedEventLoop.advanceTime(by: .seconds(4))
            if speaks { try channel.writeInbound(ByteBuffer(bytes: Self.ping(1))) }
            #expect(channel.isActive)
            channel.embeddedEventLoop.advanceTime(by: .seconds(2))
            #expect(channel.isActive == speaks)
            #expect(try channel.readInbound(as: ByteBuffer.self) == (speaks ? ByteBuffer(bytes: Self.ping(1)) : nil))
            _ = try? channel.finish()
        }
    }

    private static func ping(_ value: UInt8) -> [UInt8] {
        self.frame(type: 6, flags: 0, [UInt8](repeating: value, count: 8))
    }

    private static func frame(type: UInt8, flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0, 1] + payload
    }
}
