/// Where deliveries go: an absolute `http` or `https` URL (RFC 3986), taken apart into what a connection needs.
///
/// Stricter than RFC 3986, because programs read a URL differently where it is lax: no user info, no fragment, no percent-encoding in
/// the host, nothing but printable ASCII, and no backslash.
public struct CallbackURL: Sendable, Hashable {
    /// Why a text is no such URL: a sentence without its subject.
    public struct Fault: Error, Sendable, Hashable {
        public let message: String
    }

    /// Whether it is `https`.
    public let isSecure: Bool
    /// A name in lower case, an IPv4 address, or an IPv6 address without brackets.
    public let host: String
    public let port: UInt16
    /// Path and query, as a request names them; at least `/`.
    public let target: String

    /// What a request gives as its `Host`: without the port where that is the scheme's own.
    public var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    public init(_ text: String) throws(Fault) {
        guard Limits.callbackBytes.contains(text.utf8.count) else {
            throw Fault(
                message: text.isEmpty
                    ? "is empty; give an http or https URL"
                    : "has \(text.utf8.count) bytes; at most \(Limits.callbackBytes.upperBound) are allowed")
        }
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw Fault(message: "has a character that a URL has not; percent-encode it")
        }
        let (isSecure, rest) = try Self.scheme(of: text)
        guard !rest.contains("#") else { throw Fault(message: "has a fragment; leave out everything from # on") }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        (self.host, self.port) = try Self.authority(rest[..<end], defaultPort: isSecure ? 443 : 80)
        self.isSecure = isSecure
        let target = rest[end...]
        guard Self.isEncoded(target) else { throw Fault(message: "has a % that no two hexadecimal digits follow") }
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    private static func scheme(of text: String) throws(Fault) -> (isSecure: Bool, rest: Substring) {
        for (prefix, isSecure) in [("http://", false), ("https://", true)]
        where text.prefix(prefix.count).lowercased() == prefix {
            return (isSecure, text.dropFirst(prefix.count))
        }
        throw Fault(message: "is \"\(FieldCheck.excerpt(text))\"; it begins with http:// or https://")
    }

    private static func authority(
        _ text: Substring, defaultPort: UInt16
    ) throws(Fault) -> (host: String, port: UInt16) {
        guard !text.contains("@") else {
            throw Fault(message: "has a user or a password before its host; leave them out, deliveries are signed")
        }
        var host = text
        var port: Substring?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[..<end].dropFirst()
            let rest = text[text.index(after: end)...]
            guard host.contains(":"), rest.isEmpty || rest.hasPrefix(":") else {
                throw Fault(message: "has brackets that hold no IPv6 address")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        if let fault = Hosts.fault(in: String(host)) { throw Fault(message: "has a host that \(fault)") }
        return (host.lowercased(), try port.map(Self.port) ?? defaultPort)
    }

    private static func port(_ text: Substring) throws(Fault) -> UInt16 {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let port = UInt16(text),
            port > 0
        else { throw Fault(message: "has \"\(FieldCheck.excerpt(String(text)))\" for a port; a port is 1 to 65535") }
        return port
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        guard (0x21...0x7e).contains(byte) else { return false }
        return !"\"<>\\^`{|}".utf8.contains(byte)
    }

    /// Whether two hexadecimal digits follow each percent sign.
    private static func isEncoded(_ text: Substring) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.prefix(2).count == 2 && part.prefix(2).allSatisfy(\.isHexDigit)
        }
    }
}
