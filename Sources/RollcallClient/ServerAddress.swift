import RegistryModel

/// Where a registry listens: `host:port`, or `http://host:port` and `https://host:port`.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    public var usesTLS: Bool
    /// A name, an IPv4 or an IPv6 address, the latter without brackets.
    public var host: String
    public var port: UInt16

    public init(host: String, port: UInt16, usesTLS: Bool = false) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
    }

    /// Where a server without any configuration listens: `http://127.0.0.1:8080`.
    public static let local = ServerAddress(host: "127.0.0.1", port: ServerAddress.defaultPort)

    /// The port of an address that names none and is no URL.
    public static let defaultPort: UInt16 = 8080

    /// Reads `host`, `host:port`, `[::1]:port`, `http://host:port` or `https://host:port`, each with or without a final `/`.
    ///
    /// Without a port a URL means that of its scheme, anything else 8080. User, path and query are refused, never dropped.
    /// - Throws: ``RollcallClientError/Code/badConfiguration``, with what an address looks like.
    public init(_ text: String) throws(RollcallClientError) {
        guard let address = Self.parse(text) else {
            throw RollcallClientError(
                .badConfiguration,
                "\"\(text)\" is no address of a registry; write host:port, or http://host:port, such as \(Self.local).")
        }
        self = address
    }

    /// Reads one or several addresses with commas between them: the nodes of one registry.
    /// - Throws: ``RollcallClientError/Code/badConfiguration`` for the first that is none.
    static func list(_ text: String) throws(RollcallClientError) -> [ServerAddress] {
        var addresses: [ServerAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let isBlank: (Character) -> Bool = { $0 == " " }
            let trimmed = part.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            addresses.append(try ServerAddress(String(trimmed)))
        }
        return addresses
    }

    /// The URL of the server, without a final `/`.
    public var description: String {
        let host = self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]" : self.host
        return "\(self.usesTLS ? "https" : "http")://\(host):\(self.port)"
    }

    private static func parse(_ text: String) -> ServerAddress? {
        var rest = Substring(text)
        var usesTLS = false
        var port = self.defaultPort
        if rest.lowercased().hasPrefix("https://") {
            (usesTLS, port) = (true, 443)
            rest = rest.dropFirst("https://".count)
        } else if rest.lowercased().hasPrefix("http://") {
            port = 80
            rest = rest.dropFirst("http://".count)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let (host, portText) = self.split(rest) else { return nil }
        if let portText {
            guard let number = UInt16(portText), number > 0, portText.utf8.allSatisfy({ (48...57).contains($0) })
            else { return nil }
            port = number
        }
        return ServerAddress(host: host, port: port, usesTLS: usesTLS)
    }

    /// The host without brackets, and the text after its colon.
    private static func split(_ text: Substring) -> (host: String, port: Substring?)? {
        let host: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
        }
        guard Hosts.fault(in: String(host)) == nil, rest.isEmpty || rest.first == ":" else { return nil }
        return (String(host), rest.isEmpty ? nil : rest.dropFirst())
    }
}
