import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// Takes a compressed body apart with SwiftNIO's decompressor.
enum Gunzip {
    static func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
        let channel = EmbeddedChannel(handler: NIOHTTPRequestDecompressor(limit: .none))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
        head.headers.add(name: "content-encoding", value: "gzip")
        head.headers.add(name: "content-length", value: "\(bytes.count)")
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(bytes: bytes)))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        var plain: [UInt8] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .body(let piece) = part { plain += Array(piece.readableBytesView) }
        }
        return plain
    }
}
