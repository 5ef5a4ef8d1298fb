/// A path and a query, put together from names that may have any character.
struct RequestTarget: Sendable, Hashable, CustomStringConvertible {
    private(set) var path: String
    private(set) var query: [(name: String, value: String)] = []

    /// Segments are percent-encoded one by one: `["v1", "services", name]`.
    init(_ segments: String...) { self.init(segments) }

    init(_ segments: [String]) {
        self.path = segments.map { "/" + Self.encoded($0) }.joined()
    }

    mutating func add(_ name: String, _ value: String?) {
        if let value { self.query.append((name, value)) }
    }

    /// What stands in the request line.
    var description: String {
        guard !self.query.isEmpty else { return self.path }
        return self.path + "?"
            + self.query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    static func == (left: RequestTarget, right: RequestTarget) -> Bool { left.description == right.description }
    func hash(into hasher: inout Hasher) { hasher.combine(self.description) }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
