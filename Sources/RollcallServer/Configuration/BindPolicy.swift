public import RegistryModel

/// Whether a server without authentication may listen on an address: on loopback, or when `--insecure` says so.
public enum BindPolicy {
    /// True for 127.0.0.0/8, `::1`, either written as IPv4-mapped IPv6, and `localhost`.
    public static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        return IPAddress(host)?.isLoopback ?? false
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
}
