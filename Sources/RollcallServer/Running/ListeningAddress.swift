import NIOCore

/// An address as people and programs write it: `127.0.0.1:8080`, `[::1]:8080`.
struct ListeningAddress: CustomStringConvertible {
    let description: String

    init(_ address: SocketAddress) {
        let host = address.ipAddress ?? "unknown"
        self.description = "\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
    }
}
