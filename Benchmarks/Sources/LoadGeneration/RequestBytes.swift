public import NIOCore

/// Puts requests into bytes before they are needed, so that sending one costs no more than handing its bytes over.
public enum RequestBytes {
    /// - Parameter host: what the `Host` header says.
    public static func request(
        _ method: String, _ path: String, host: String, body: [UInt8] = [], contentType: String = "application/json"
    ) -> ByteBuffer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        // A GET with a length would not be what callers send.
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        if !body.isEmpty { head += "Content-Type: \(contentType)\r\n" }
        head += "\r\n"
        var buffer = ByteBuffer()
        buffer.reserveCapacity(head.utf8.count + body.count)
        buffer.writeString(head)
        buffer.writeBytes(body)
        return buffer
    }
}

/// Makes what one connection sends: each call gives the next request, nil when there is no more.
public typealias RequestSource = @Sendable (_ connection: Int, _ connections: Int) -> () -> ByteBuffer?

/// Sources of requests that are ready beforehand.
public enum Requests {
    public static func same(_ request: ByteBuffer) -> RequestSource {
        { _, _ in { request } }
    }

    /// All of them over and over, each connection from a place of its own.
    public static func rotating(_ requests: [ByteBuffer]) -> RequestSource {
        { connection, connections in
            var next = connection * requests.count / connections
            return {
                defer { next = (next + 1) % requests.count }
                return requests[next]
            }
        }
    }

    /// Each number of the range once, dealt out among the connections.
    public static func each(
        _ numbers: Range<Int>, _ make: @escaping @Sendable (Int) -> ByteBuffer
    ) -> RequestSource {
        { connection, connections in
            var next = numbers.lowerBound + connection
            return {
                guard next < numbers.upperBound else { return nil }
                defer { next += connections }
                return make(next)
            }
        }
    }
}
