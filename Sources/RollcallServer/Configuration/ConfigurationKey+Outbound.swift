extension ConfigurationKey {
    /// The rest of the section `health`.
    static let probes: [ConfigurationKey] = [
        .init(
            "health.max_connections", \.probes.maxConnections, .integer(1...100_000),
            "Connections of checks at once. The default is lowered to what the limit of open files allows."),
        .init(
            "health.tls_ca_file", \.probes.tlsCAFile, .optionalPath,
            "A PEM file with authorities that checks over TLS trust besides the system's."),
    ]

    static let outbound: [ConfigurationKey] = [
        .init(
            "outbound.allow", \.outbound.allow, .networks,
            "Where checks and callbacks may go. Empty: anywhere but what is never allowed, or loopback when others reach the server."
        ),
        .init(
            "outbound.deny", \.outbound.deny, .networks,
            "Where checks and callbacks may not go, even if `outbound.allow` has it."),
    ]
}
