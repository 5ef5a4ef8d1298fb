import LoadGeneration
import NIOCore
import Testing

struct ResponseScanTests {
    private func scan(_ text: String) throws -> ResponseScan? { try ResponseScan.of(ByteBuffer(string: text)) }

    /// Every shorter piece of a response is incomplete, the whole is not, and the next response is not looked at.
    private func expect(_ response: String, status: Int, body: String) throws {
        for count in 0..<response.utf8.count {
            #expect(try self.scan(String(decoding: response.utf8.prefix(count), as: UTF8.self)) == nil)
        }
        let buffer = ByteBuffer(string: response + "HTTP/1.1 500")
        let found = try #require(try ResponseScan.of(buffer))
        #expect(found.status == status)
        #expect(found.end == response.utf8.count)
        #expect(try found.body(of: buffer) == Array(body.utf8))
    }

    @Test func aBodyWithALengthEndsWhereItSays() throws {
        try self.expect("HTTP/1.1 200 OK\r\nDate: x\r\ncontent-Length: 5\r\n\r\nhello", status: 200, body: "hello")
        try self.expect("HTTP/1.1 404 Not Found\r\nContent-Length:0\r\n\r\n", status: 404, body: "")
    }

    @Test func aBodyInChunksEndsWithTheEmptyOne() throws {
        try self.expect(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nb;x=y\r\n, how are y\r\n0\r\n\r\n",
            status: 200, body: "hello, how are y")
    }

    @Test func someAnswersHaveNoBody() throws {
        try self.expect("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", status: 204, body: "")
    }

    @Test func whatIsNotAResponseIsSaidToBeNone() {
        #expect(throws: ResponseScan.Malformed.self) { try self.scan("HTTP/2 200\r\n\r\n") }
        #expect(throws: ResponseScan.Malformed.self) { try self.scan("HTTP/1.1 200 OK\r\nDate: x\r\n\r\n") }
        #expect(throws: ResponseScan.Malformed.self) {
            try self.scan("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")
        }
    }
}
