import NIOCore
import NIOPosix

/// A client that sends exactly the bytes it is told to, for requests that no library would send.
final class Connection {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    let channel: any Channel
    private var buffer = ByteBuffer()

    struct Closed: Error {}
    struct Unreadable: Error { let text: String }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        channel: any Channel
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.channel = channel
    }

    /// - Parameter receiveBuffer: bytes that the system keeps for us unread; nil for its own choice.
    static func open<Result>(
        port: Int, receiveBuffer: Int32? = nil, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Connection(inbound: inbound, outbound: outbound, channel: channel.channel))
        }
    }

    func send(_ text: String) async throws { try await self.outbound.write(ByteBuffer(string: text)) }

    func send(bytes: [UInt8]) async throws { try await self.outbound.write(ByteBuffer(bytes: bytes)) }

    /// Sends nothing more; the other side may still answer.
    func finishSending() { self.outbound.finish() }

    /// Reads more; false at the end.
    private func fill() async throws -> Bool {
        guard var more = try await self.inbound.next(isolation: #isolation) else { return false }
        self.buffer.writeBuffer(&more)
        return true
    }

    /// Whether the server closes the connection; whatever it sends before is dropped.
    func waitUntilClosed() async -> Bool {
        do {
            while try await self.fill() {}
        } catch {
            // A reset is a way to close, too.
        }
        return true
    }

    func line() async throws -> String {
        while true {
            if let end = self.buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let length = end - self.buffer.readerIndex + 1
                let line = self.buffer.readString(length: length) ?? ""
                return String(line.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }.map(Character.init))
            }
            guard try await self.fill() else { throw Closed() }
        }
    }

    func bytes(_ count: Int) async throws -> [UInt8] {
        while self.buffer.readableBytes < count { guard try await self.fill() else { throw Closed() } }
        return self.buffer.readBytes(length: count) ?? []
    }

    /// The status and the header of the next answer.
    func head() async throws -> Reply {
        let first = try await self.line()
        let parts = first.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0] == "HTTP/1.1", let status = Int(parts[1]) else {
            throw Unreadable(text: first)
        }
        var reply = Reply(status: status)
        while true {
            let line = try await self.line()
            if line.isEmpty { return reply }
            guard let colon = line.firstIndex(of: ":") else { throw Unreadable(text: line) }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            reply.headers.append((line[..<colon].lowercased(), String(value)))
        }
    }

    /// The next answer with its body.
    func reply(toHEAD: Bool = false) async throws -> Reply {
        var reply = try await self.head()
        if toHEAD || reply.status == 204 || reply.status == 304 || reply.status < 200 { return reply }
        if reply["transfer-encoding"] == "chunked" {
            while let chunk = try await self.chunk() { reply.body += chunk }
        } else {
            reply.body = try await self.bytes(Int(reply["content-length"] ?? "0") ?? 0)
        }
        return reply
    }

    /// The next chunk of a chunked body; nil at its end.
    func chunk() async throws -> [UInt8]? {
        guard let length = Int(try await self.line(), radix: 16) else { throw Unreadable(text: "chunk") }
        let bytes = try await self.bytes(length)
        _ = try await self.line()
        return length == 0 ? nil : bytes
    }
}
