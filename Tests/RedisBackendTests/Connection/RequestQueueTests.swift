import NIOCore
import NIOEmbedded
import Testing

@testable import RedisBackend

@Suite("Requests over one connection")
struct RequestQueueTests {
    private static let start = NIODeadline.uptimeNanoseconds(1)

    @Test("Answers go to requests in their order, those of several commands when all are there")
    func order() {
        var queue = RequestQueue<String>()
        #expect(Self.add(&queue, "a", commands: 1, bytes: 1, deadline: Self.start))
        #expect(Self.add(&queue, "b", commands: 3, bytes: 1, deadline: Self.start + .seconds(1)))
        #expect(queue.deadline == Self.start)
        #expect(Self.words(queue.take(.integer(1))) == "a 1")
        #expect(queue.deadline == Self.start + .seconds(1))
        #expect(Self.words(queue.take(.integer(2))) == "part")
        #expect(Self.words(queue.take(.integer(3))) == "part")
        #expect(Self.words(queue.take(.integer(4))) == "b 3")
        #expect(queue.isEmpty && queue.deadline == nil)
        #expect(Self.words(queue.take(.integer(5))) == "unexpected")
    }

    @Test("It has bounds, and room again after an answer")
    func bounds() {
        var queue = RequestQueue<Int>(limits: .init(requests: 2, bytes: 10))
        #expect(!Self.add(&queue, 0, commands: 1, bytes: 11, deadline: Self.start))
        #expect(Self.add(&queue, 1, commands: 1, bytes: 6, deadline: Self.start))
        #expect(!Self.add(&queue, 2, commands: 1, bytes: 5, deadline: Self.start))
        #expect(Self.add(&queue, 3, commands: 1, bytes: 4, deadline: Self.start))
        #expect(!Self.add(&queue, 4, commands: 1, bytes: 0, deadline: Self.start))
        _ = queue.take(.null)
        #expect(Self.add(&queue, 5, commands: 1, bytes: 6, deadline: Self.start))
        let left = queue.removeAll()
        #expect(left == [3, 5])
        #expect(Self.add(&queue, 6, commands: 1, bytes: 10, deadline: Self.start))
    }

    /// A macro cannot take what changes it.
    private static func add<Waiter>(
        _ queue: inout RequestQueue<Waiter>, _ waiter: Waiter, commands: Int, bytes: Int, deadline: NIODeadline
    ) -> Bool { queue.add(waiter, commands: commands, bytes: bytes, deadline: deadline) }

    private static func words(_ arrival: RequestQueue<String>.Arrival) -> String {
        switch arrival {
        case .part: "part"
        case .whole(let waiter, let replies): "\(waiter) \(replies.count)"
        case .unexpected: "unexpected"
        }
    }
}

@Suite("One connection")
struct RedisChannelHandlerTests {
    @Test("Requests are pipelined, and answered in order")
    func pipeline() throws {
        let channel = try Self.channel()
        let (first, second) = (Self.send(channel, "A", "B"), Self.send(channel, "C"))
        var sent = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { sent += String(buffer: bytes) }
        #expect(sent == "*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n*1\r\n$1\r\nC\r\n")
        try channel.writeInbound(ByteBuffer(string: ":1\r\n:"))
        try channel.writeInbound(ByteBuffer(string: "2\r\n:3\r\n"))
        #expect(try first.wait() == [.integer(1), .integer(2)])
        #expect(try second.wait() == [.integer(3)])
    }

    @Test("One that is not answered in time ends the connection and all that wait")
    func deadline() throws {
        let channel = try Self.channel()
        let answered = Self.send(channel, "A")
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        let late = [Self.send(channel, "B"), Self.send(channel, "C")]
        try channel.writeInbound(ByteBuffer(string: ":1\r\n"))
        #expect(try answered.wait() == [.integer(1)])
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
        for future in late { #expect(Self.code(of: future) == .timedOut) }
        #expect(Self.code(of: Self.send(channel, "D")) == .timedOut)
    }

    @Test("What is no reply, or an answer to nothing, ends it", arguments: ["HTTP/1.1 400\r\n", ":1\r\n:2\r\n"])
    func nonsense(_ text: String) throws {
        let channel = try Self.channel()
        let request = Self.send(channel, "A")
        _ = try? channel.writeInbound(ByteBuffer(string: text))
        #expect(!channel.isActive)
        if text.hasPrefix(":") { #expect(try request.wait() == [.integer(1)]) } else { #expect(Self.code(of: request) == .unexpectedAnswer) }
    }

    @Test("The end of the connection is told to all that wait")
    func closed() throws {
        let channel = try Self.channel()
        let request = Self.send(channel, "A")
        try channel.close().wait()
        #expect(Self.code(of: request) == .unavailable)
    }

    @Test("More than may wait is refused at once, and nothing else suffers")
    func overload() throws {
        let channel = EmbeddedChannel(handler: RedisChannelHandler(limits: .init(requests: 1, bytes: 1_000)))
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        let first = Self.send(channel, "A")
        #expect(Self.code(of: Self.send(channel, "B")) == .overloaded)
        try channel.writeInbound(ByteBuffer(string: "+OK\r\n"))
        #expect(try first.wait() == [.text("OK")])
    }

    private static func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: RedisChannelHandler())
        try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// To be answered within 2 s.
    private static func send(_ channel: EmbeddedChannel, _ names: String...) -> EventLoopFuture<[RESPValue]> {
        RedisConnection(id: 1, channel: channel).send(
            names.map { RedisCommand(.text($0)) }, until: channel.embeddedEventLoop.now + .seconds(2))
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
