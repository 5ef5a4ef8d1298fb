public import RegistryModel

/// The target of a request line, `/path?query`, cut into its parts and not yet decoded.
public struct RequestTarget: Sendable, Hashable {
    /// Without the query; begins with `/`.
    public let path: Substring
    /// What follows the first `?`; nil when there is none.
    public let query: Substring?

    /// Takes the origin form (`/v1/services`) and the absolute form (`http://host/v1/services`) of RFC 9112; a fragment, which no
    /// client should send, is dropped.
    public init(_ target: String) {
        var rest = target[...]
        if !rest.utf8.starts(with: "/".utf8), let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.utf8.firstIndex(of: UInt8(ascii: "/")).map { rest[$0...] } ?? "/"
        }
        if let fragment = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            self.path = rest[..<mark]
            self.query = rest[rest.utf8.index(after: mark)...]
        } else {
            self.path = rest
            self.query = nil
        }
    }

    /// The segments of the path, each decoded once, so that `%2f` is part of a name and never a separator.
    ///
    /// Throws `malformed` for a bad escape or bytes that are no UTF-8. An empty segment is kept, since it names nothing.
    public func segments() throws(RegistryError) -> [String] {
        var segments: [String] = []
        for part in self.path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            do {
                segments.append(try PercentDecoding.decode(part, plusIsSpace: false))
            } catch {
                throw RegistryError(
                    .malformed, "The path cannot be read: segment \(segments.count + 1) \(error.sentence).",
                    fields: [FieldError(field: "path", message: error.sentence)])
            }
        }
        return segments
    }
}

extension PercentDecoding.Fault {
    /// What is wrong, as a sentence without its subject.
    var sentence: String {
        switch self {
        case .badEscape: "has a % that is not followed by two hexadecimal digits"
        case .notUTF8: "is not UTF-8 once it is decoded"
        }
    }
}

extension Substring {
    /// Where `text` first occurs, compared by bytes.
    fileprivate func range(of text: StaticString) -> Range<Index>? {
        let wanted = Array("\(text)".utf8)
        var start = self.utf8.startIndex
        while let candidate = self.utf8[start...].firstIndex(of: wanted[0]) {
            if self.utf8[candidate...].starts(with: wanted) {
                return candidate..<self.utf8.index(candidate, offsetBy: wanted.count)
            }
            start = self.utf8.index(after: candidate)
        }
        return nil
    }
}
