extension ConfigurationKey {
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
