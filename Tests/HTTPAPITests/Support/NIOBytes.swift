import NIOCore

/// A buffer of text, for writing past a connection's own writer.
enum NIOBytes {
    static func buffer(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }
}
