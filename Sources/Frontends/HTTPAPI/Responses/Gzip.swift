import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// Compression of whole bodies, for answers that are kept and given out many times.
enum Gzip {
    /// Smaller bodies fit into one packet anyway, so compressing them saves nobody a round trip: 1,400 bytes.
    static let threshold = 1_400

    /// The body as gzip (RFC 1952); nil when it could not be made, or is not smaller.
    ///
    /// SwiftNIO's compressor is a channel handler and has no other entrance, so it is driven in a channel of its own. That costs some
    /// 10 µs, once for each body that is kept.
    static func compress(_ body: ByteBuffer) -> ByteBuffer? {
        let channel = EmbeddedChannel(
            handler: HTTPResponseCompressor(initialByteBufferCapacity: body.readableBytes / 2 + 64))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        request.headers.add(name: "accept-encoding", value: "gzip")
        var compressed = ByteBuffer()
        do {
            try channel.writeInbound(HTTPServerRequestPart.head(request))
            channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
            try channel.writeOutbound(HTTPServerResponsePart.end(nil))
            while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
                if case .body(.byteBuffer(var piece)) = part { compressed.writeBuffer(&piece) }
            }
        } catch {
            // The plain body is as good an answer, only longer.
            return nil
        }
        return compressed.readableBytes > 0 && compressed.readableBytes < body.readableBytes ? compressed : nil
    }

    /// Whether an `Accept-Encoding` (RFC 9110, section 12.5.3) allows gzip and does not set it to zero.
    static func isAccepted(by field: some StringProtocol) -> Bool {
        var star = false
        for element in field.split(separator: ",") {
            let parts = element.split(separator: ";").map { String($0.filter { $0 != " " && $0 != "\t" }).lowercased() }
            guard let coding = parts.first else { continue }
            let isRefused = parts.dropFirst().contains { $0.hasPrefix("q=") && (Double($0.dropFirst(2)) ?? 0) <= 0 }
            if coding == "gzip" || coding == "x-gzip" { return !isRefused }
            if coding == "*" { star = !isRefused }
        }
        return star
    }
}
