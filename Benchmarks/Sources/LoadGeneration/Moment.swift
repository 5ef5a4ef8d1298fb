import NIOCore

/// The monotonic clock, in nanoseconds.
public enum Moment {
    public static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }
}

/// Where a server listens.
public struct Address: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: Int

    public init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// From `host:port`; the host of an IPv6 address is in brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        let host = text[..<colon].drop { $0 == "[" }
        self.init(host: host.hasSuffix("]") ? String(host.dropLast()) : String(host), port: port)
    }

    public var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}

extension Duration {
    public var nanoseconds: UInt64 {
        UInt64(self.components.seconds) * 1_000_000_000 + UInt64(self.components.attoseconds / 1_000_000_000)
    }

    public var inSeconds: Double { Double(self.nanoseconds) / 1e9 }
}
