public import RegistryModel

/// One request, as the access log keeps it.
public struct AccessRecord: Sendable {
    public var time: Timestamp
    public var method: String
    /// The request's target. What follows `?` is written only as the names of the parameters.
    public var target: String
    public var status: Int
    /// Of the answer's body.
    public var bytes: Int
    public var microseconds: Int64
    /// The peer's address.
    public var peer: String
    /// The value of `Rollcall-Client`; empty when there is none.
    public var client: String

    public init(
        time: Timestamp, method: String, target: String, status: Int, bytes: Int, microseconds: Int64, peer: String,
        client: String
    ) {
        self.time = time
        self.method = method
        self.target = target
        self.status = status
        self.bytes = bytes
        self.microseconds = microseconds
        self.peer = peer
        self.client = client
    }
}

extension AccessRecord {
    /// Appends the record as one line of JSON. By hand, since a line is written for each request.
    func write(to line: inout [UInt8]) {
        line.append(text: "{\"time\":\"")
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.textLength) { buffer in
            guard let start = buffer.baseAddress else { return }
            line.append(contentsOf: buffer.prefix(self.time.writeText(to: start)))
        }
        line.append(text: "\",\"method\":\"")
        line.append(escaped: self.method.utf8)
        line.append(text: "\",\"path\":\"")
        self.writeTarget(to: &line)
        line.append(text: "\",\"status\":")
        line.append(number: Int64(self.status))
        line.append(text: ",\"bytes\":")
        line.append(number: Int64(self.bytes))
        line.append(text: ",\"microseconds\":")
        line.append(number: self.microseconds)
        line.append(text: ",\"peer\":\"")
        line.append(escaped: self.peer.utf8)
        line.append(text: "\",\"client\":\"")
        line.append(escaped: self.client.utf8)
        line.append(text: "\"}\n")
    }

    /// Values in a query may be secrets of the client's, names are ours.
    private func writeTarget(to line: inout [UInt8]) {
        guard let mark = self.target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return line.append(escaped: self.target.utf8)
        }
        line.append(escaped: self.target.utf8[...mark])
        let query = self.target.utf8[self.target.utf8.index(after: mark)...]
        var isFirst = true
        for piece in query.split(separator: UInt8(ascii: "&")) {
            if !isFirst { line.append(UInt8(ascii: "&")) }
            isFirst = false
            line.append(escaped: piece.prefix { $0 != UInt8(ascii: "=") })
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(text: StaticString) {
        self.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    fileprivate mutating func append(number: Int64) {
        if number < 0 { self.append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var digits: UInt64 = 1
        while rest / digits >= 10 { digits *= 10 }
        while digits > 0 {
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / digits))
            rest %= digits
            digits /= 10
        }
    }

    /// A target or header may hold any byte; what JSON does not allow in text, or is no ASCII, is written as an escape.
    fileprivate mutating func append(escaped bytes: some Sequence<UInt8>) {
        let hexadecimal: StaticString = "0123456789abcdef"
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.append(UInt8(ascii: "\\"))
                self.append(byte)
            case 0x20..<0x7F:
                self.append(byte)
            default:
                self.append(text: "\\u00")
                self.append(hexadecimal.utf8Start[Int(byte >> 4)])
                self.append(hexadecimal.utf8Start[Int(byte & 15)])
            }
        }
    }
}
