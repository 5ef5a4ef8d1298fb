import NIOCore
import NIOEmbedded
import Testing

@testable import RedisBackend

@Suite("One connection")
struct RedisChannelHandlerTests {
    @Test("Requests are pipelined, and answered in order")
    func pipeline() throws {
        let subject = try Self.subject()
        let (first, second) = (Self.send(subject, "A", "B"), Self.send(subject, "C"))
        var sent = ""
        while let bytes = try subject.channel.readOutbound(as: ByteBuffer.self) { sent += String(buffer: bytes) }
        #expect(sent == "*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n*1\r\n$1\r\nC\r\n")
        try subject.channel.writeInbound(ByteBuffer(string: ":1\r\n:"))
        try subject.channel.writeInbound(ByteBuffer(string: "2\r\n:3\r\n"))
        #expect(try first.wait() == [.integer(1), .integer(2)])
        #expect(try second.wait() == [.integer(3)])
    }

    @Test("One that is not answered in time ends the connection and all that wait")
    func deadline() throws {
        let subject = try Self.subject()
        let answered = Self.send(subject, "A")
        subject.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        let late = [Self.send(subject, "B"), Self.send(subject, "C")]
        try subject.channel.writeInbound(ByteBuffer(string: ":1\r\n"))
        #expect(try answered.wait() == [.integer(1)])
        subject.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1_999))
        #expect(subject.channel.isActive)
        subject.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!subject.channel.isActive)
        for future in late { #expect(Self.code(of: future) == .timedOut) }
        // Whatever came of it, the first cause is told.
        #expect(Self.code(of: Self.send(subject, "D")) == .timedOut)
    }

    @Test("What is no reply, or an answer to nothing, ends it", arguments: ["HTTP/1.1 400\r\n", ":1\r\n:2\r\n"])
    func nonsense(_ text: String) throws {
        let subject = try Self.subject()
        let request = Self.send(subject, "A")
        _ = try? subject.channel.writeInbound(ByteBuffer(string: text))
        #expect(!subject.channel.isActive)
        if text.hasPrefix(":") {
            #expect(try request.wait() == [.integer(1)])
        } else {
            #expect(Self.code(of: request) == .unexpectedAnswer)
        }
    }

    @Test("The end of the connection is told to all that wait")
    func closed() throws {
        let subject = try Self.subject()
        let request = Self.send(subject, "A")
        try subject.channel.close().wait()
        #expect(Self.code(of: request) == .unavailable)
    }

    @Test("More than may wait is refused at once, and nothing else suffers")
    func overload() throws {
        let subject = try Self.subject(limits: .init(requests: 1, bytes: 1_000))
        let first = Self.send(subject, "A")
        #expect(Self.code(of: Self.send(subject, "B")) == .overloaded)
        try subject.channel.writeInbound(ByteBuffer(string: "+OK\r\n"))
        #expect(try first.wait() == [.text("OK")])
    }

    private struct Subject {
        let channel: EmbeddedChannel
        let connection: RedisConnection
        let end: ConnectionEnd
    }

    private static func subject(
        limits: RequestQueue<EventLoopPromise<[RESPValue]>>.Limits = .init()
    ) throws -> Subject {
        let end = ConnectionEnd()
        let channel = EmbeddedChannel(handler: RedisChannelHandler(end, limits: limits))
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return Subject(channel: channel, connection: RedisConnection(id: 1, channel: channel, end: end), end: end)
    }

    /// To be answered within 2 s.
    private static func send(_ subject: Subject, _ names: String...) -> EventLoopFuture<[RESPValue]> {
        subject.connection.send(
            names.map { RedisCommand(.text($0)) }, until: subject.channel.embeddedEventLoop.now + .seconds(2))
    }

    private static func code(of future: EventLoopFuture<[RESPValue]>) -> RedisError.Code? {
        do {
            _ = try future.wait()
            return nil
        } catch {
            return (error as? RedisError)?.code
        }
    }
}
