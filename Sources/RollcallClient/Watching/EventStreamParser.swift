/// Reads server-sent events from bytes that may be cut anywhere: the format of the WHATWG HTML standard, section 9.2.6.
///
/// What it holds is bounded: an event whose fields exceed `limit` bytes ends the stream with ``TooLarge``.
struct EventStreamParser: Sendable {
    enum Part: Sendable, Hashable {
        /// A block that had data. Several `data` lines are joined by a line feed.
        case event(name: String, data: [UInt8])
        /// From where to resume. Comes after the event of its block.
        case lastEventID(String)
        /// How long to wait before the next connection, in milliseconds.
        case retry(milliseconds: Int64)
        /// A line that only says that the stream is alive.
        case comment
    }

    struct TooLarge: Error, Hashable {
        let limit: Int
    }

    private let limit: Int
    private var line: [UInt8] = []
    /// After a carriage return: a line feed that follows belongs to the same end of line.
    private var skipsLineFeed = false
    private var isFirstLine = true
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var id: String?

    /// - Parameter limit: bytes of the largest event.
    init(limit: Int) { self.limit = limit }

    /// Takes the next bytes and returns what they complete, in order.
    mutating func parse(_ bytes: some Sequence<UInt8>) throws(TooLarge) -> [Part] {
        var parts: [Part] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where self.skipsLineFeed:
                self.skipsLineFeed = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                self.skipsLineFeed = byte == UInt8(ascii: "\r")
                self.endLine(&parts)
            default:
                self.skipsLineFeed = false
                guard self.line.count + self.data.count < self.limit else { throw TooLarge(limit: self.limit) }
                self.line.append(byte)
            }
        }
        return parts
    }

    private mutating func endLine(_ parts: inout [Part]) {
        defer { self.line.removeAll(keepingCapacity: true) }
        if self.isFirstLine {
            self.isFirstLine = false
            if self.line.starts(with: [0xEF, 0xBB, 0xBF]) { self.line.removeFirst(3) }
        }
        guard let first = self.line.first else { return self.endBlock(&parts) }
        guard first != UInt8(ascii: ":") else { return parts.append(.comment) }
        let field = self.line.prefix { $0 != UInt8(ascii: ":") }
        var value = self.line[field.endIndex...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        self.take(field: String(decoding: field, as: UTF8.self), value, &parts)
    }

    private mutating func take(field: String, _ value: ArraySlice<UInt8>, _ parts: inout [Part]) {
        switch field {
        case "event":
            self.name = String(decoding: value, as: UTF8.self)
        case "data":
            if self.hasData { self.data.append(UInt8(ascii: "\n")) }
            self.data.append(contentsOf: value)
            self.hasData = true
        case "id":
            if !value.contains(0) { self.id = String(decoding: value, as: UTF8.self) }
        case "retry":
            let isNumber = !value.isEmpty && value.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if isNumber, let wait = Int64(String(decoding: value, as: UTF8.self)) {
                parts.append(.retry(milliseconds: wait))
            }
        default:
            break
        }
    }

    private mutating func endBlock(_ parts: inout [Part]) {
        if self.hasData { parts.append(.event(name: self.name.isEmpty ? "message" : self.name, data: self.data)) }
        if let id = self.id { parts.append(.lastEventID(id)) }
        self.name = ""
        self.data = []
        self.hasData = false
        self.id = nil
    }
}
