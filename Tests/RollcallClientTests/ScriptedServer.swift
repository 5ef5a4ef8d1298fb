import NIOCore
import NIOPosix
import Synchronization

/// A peer that answers each request with the next act of a script, byte for byte: for what a sound server never does.
///
/// One that has nothing left to do goes on listening and never answers.
final class ScriptedServer: Sendable {
    /// What is sent once a request has come in whole.
    enum Act: Sendable {
        /// A whole answer; the connection is kept.
        case answer(Int, headers: String = "", body: String = "")
        /// These bytes, and then silence.
        case bytes(String)
        /// These bytes, and then the end of the connection.
        case bytesThenClose(String)
    }

    private struct State {
        var script: [Act]
        var requests: [String] = []
    }

    private let state: Mutex<State>

    private init(_ script: [Act]) { self.state = Mutex(State(script: script)) }

    /// Runs `body` with the port on which a server plays `script`.
    static func play(
        _ script: [Act], _ body: (ScriptedServer, Int) async throws -> Void
    ) async throws {
        let server = ScriptedServer(script)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Actor(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = listener.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        do {
            try await body(server, port)
        } catch {
            try await listener.close()
            throw error
        }
        try await listener.close()
    }

    /// Every request so far: its head and its body, as it came.
    var requests: [String] { self.state.withLock { $0.requests } }

    fileprivate func next(after request: String) -> Act? {
        self.state.withLock { state in
            state.requests.append(request)
            return state.script.isEmpty ? nil : state.script.removeFirst()
        }
    }

    /// Of one connection.
    private final class Actor: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: ScriptedServer
        private var received = ""

        init(server: ScriptedServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.received += String(buffer: self.unwrapInboundIn(data))
            while let request = self.takeRequest() {
                guard let act = self.server.next(after: request) else { continue }
                self.perform(act, context)
            }
        }

        private func takeRequest() -> String? {
            let parts = self.received.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let length =
                parts[0].lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) } ?? 0
            guard parts[1].utf8.count >= length else { return nil }
            let body = String(decoding: Array(parts[1].utf8.prefix(length)), as: UTF8.self)
            self.received = String(decoding: Array(parts[1].utf8.dropFirst(length)), as: UTF8.self)
            return parts[0] + "\r\n\r\n" + body
        }

        private func perform(_ act: Act, _ context: ChannelHandlerContext) {
            switch act {
            case .answer(let status, let headers, let body):
                self.write(
                    "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)", context)
            case .bytes(let bytes):
                self.write(bytes, context)
            case .bytesThenClose(let bytes):
                self.write(bytes, context)
                context.close(promise: nil)
            }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
