/// One server-sent event.
struct Event {
    var name = ""
    var data = JSONValue(text: "")
    var id: String?
}

/// Reads a stream of events off a connection, as the HTML standard says.
final class EventReader {
    private let connection: Connection
    private var text = ""
    private(set) var comments = 0
    private(set) var retry: Int?
    let reply: Reply

    init(connection: Connection, reply: Reply) {
        self.connection = connection
        self.reply = reply
    }

    /// Opens a watch and hands its reader over.
    static func open<Result>(
        _ server: TestServer, _ query: String, headers: [(String, String)] = [],
        _ body: (EventReader) async throws -> Result
    ) async throws -> Result {
        try await Connection.open(port: server.port) { connection in
            try await connection.send(TestServer.message("GET", "/v1/watch\(query)", headers: headers))
            return try await body(EventReader(connection: connection, reply: try await connection.head()))
        }
    }

    /// The next event; nil when the stream has ended. Comments and `retry` are kept for the test to look at.
    func next() async throws -> Event? {
        while true {
            while let end = self.text.range(ofBlankLine: ()) {
                let block = self.text[..<end.lowerBound]
                self.text = String(self.text[end.upperBound...])
                if let event = self.event(block) { return event }
            }
            guard try await self.readMore() else { return nil }
        }
    }

    /// Reads until a comment has come.
    func waitForComment() async throws -> Bool {
        let before = self.comments
        while self.comments == before {
            while let end = self.text.range(ofBlankLine: ()) {
                let block = self.text[..<end.lowerBound]
                self.text = String(self.text[end.upperBound...])
                if self.event(block) != nil { return false }
            }
            if self.comments == before, try await !self.readMore() { return false }
        }
        return true
    }

    private func readMore() async throws -> Bool {
        guard let chunk = try await self.connection.chunk() else { return false }
        self.text += String(decoding: chunk, as: UTF8.self)
        return true
    }

    private func event(_ block: Substring) -> Event? {
        var event = Event()
        for line in block.split(separator: "\n") {
            if line.hasPrefix(":") { self.comments += 1 }
            if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
            if line.hasPrefix("data: ") { event.data = JSONValue(text: line.dropFirst(6)) }
            if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
            if line.hasPrefix("retry: ") { self.retry = Int(line.dropFirst(7)) }
        }
        return event.name.isEmpty ? nil : event
    }
}

extension String {
    fileprivate func range(ofBlankLine: Void) -> Range<String.Index>? {
        guard let start = self.indices.first(where: { self[$0...].hasPrefix("\n\n") }) else { return nil }
        return start..<self.index(start, offsetBy: 2)
    }
}
