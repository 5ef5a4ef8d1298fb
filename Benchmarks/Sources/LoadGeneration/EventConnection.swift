import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads one stream of server-sent events and notes when each id came.
final class EventConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: ByteBuffer
    private let opened: EventLoopPromise<Void>
    private(set) var receipts: [EventReceipt] = []
    private(set) var failure: (any Error)?
    private var hasStatus = false
    private var unfinishedLine: [UInt8] = []

    /// - Parameter opened: kept when the first id has come.
    init(request: ByteBuffer, opened: EventLoopPromise<Void>) {
        self.request = request
        self.opened = opened
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(self.wrapOutboundOut(self.request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let time = Moment.now
        self.unwrapInboundIn(data).withUnsafeReadableBytes { self.lines(in: $0, at: time) }
    }

    func channelInactive(context: ChannelHandlerContext) { self.fail(HTTPConnection.Closed()) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(error)
        context.close(promise: nil)
    }

    private func fail(_ error: any Error) {
        self.failure = self.failure ?? error
        self.opened.fail(error)
    }

    /// Chunk sizes are lines as well, which no event begins with; so the framing needs no attention.
    private func lines(in bytes: UnsafeRawBufferPointer, at time: UInt64) {
        var start = 0
        while start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
        {
            let end = UnsafeRawPointer(found) - base
            if self.unfinishedLine.isEmpty {
                self.line(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: time)
            } else {
                self.unfinishedLine.append(contentsOf: bytes[start..<end])
                let line = self.unfinishedLine
                self.unfinishedLine = []
                line.withUnsafeBytes { self.line($0, at: time) }
            }
            start = end + 1
        }
        self.unfinishedLine.append(contentsOf: bytes[start...])
    }

    private func line(_ line: UnsafeRawBufferPointer, at time: UInt64) {
        if !self.hasStatus {
            self.hasStatus = true
            guard line.starts(with: "HTTP/1.1 200".utf8) else {
                return self.fail(HTTPCaller.Refused(String(decoding: line, as: UTF8.self)))
            }
        } else if line.starts(with: "id: ".utf8),
            let id = Int64(String(decoding: line.dropFirst(4).prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self))
        {
            if self.receipts.isEmpty { self.opened.succeed() }
            self.receipts.append(EventReceipt(id: id, at: time))
        }
    }
}

/// An id that a stream brought, and when, in nanoseconds of the monotonic clock.
public struct EventReceipt: Sendable {
    public let id: Int64
    public let at: UInt64
}
