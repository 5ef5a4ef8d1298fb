public import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether a server without authentication may listen on an address: on loopback, or when `--insecure` says so.
public enum BindPolicy {
    /// True for 127.0.0.0/8, `::1`, either written as IPv4-mapped IPv6, and `localhost`.
    public static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        if let address = Self.bytes(of: host, family: AF_INET, count: 4) { return address[0] == 127 }
        guard let address = Self.bytes(of: host, family: AF_INET6, count: 16) else { return false }
        if address == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] { return true }
        return address.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127])
    }

    /// Whether others than this machine's users can reach a listener.
    static func isOpen(_ configuration: ServerConfiguration) -> Bool {
        !Self.openListeners(of: configuration).isEmpty
    }

    /// The listeners that may not be opened, each with what to do.
    public static func faults(in configuration: ServerConfiguration, allowsInsecure: Bool) -> [FieldError] {
        guard !allowsInsecure else { return [] }
        return Self.openListeners(of: configuration).map { key, host in
            FieldError(
                field: key,
                message: "is \(host), which others can reach, and this version has no authentication; "
                    + "give 127.0.0.1, or allow it with --insecure.")
        }
    }

    private static func openListeners(of configuration: ServerConfiguration) -> [(key: String, host: String)] {
        let listeners = [
            ("server.host", configuration.server.host),
            ("monitoring.metrics_host", configuration.monitoring.metricsHost),
        ]
        return listeners.filter { !Self.isLoopback($0.1) }
    }

    /// 32 for an IPv4 address, 128 for an IPv6 address, nil for anything else.
    static func addressBits(of host: String) -> Int? {
        if Self.bytes(of: host, family: AF_INET, count: 4) != nil { return 32 }
        return Self.bytes(of: host, family: AF_INET6, count: 16) == nil ? nil : 128
    }

    private static func bytes(of host: String, family: Int32, count: Int) -> [UInt8]? {
        var address = [UInt8](repeating: 0, count: count)
        return inet_pton(family, host, &address) == 1 ? address : nil
    }
}
