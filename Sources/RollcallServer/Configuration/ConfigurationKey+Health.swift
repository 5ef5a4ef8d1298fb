import RegistryModel

extension ConfigurationKey {
    static let health: [ConfigurationKey] = [
        .init(
            "health.interval", \.health.interval, .duration(Limits.checkInterval),
            "The time between two checks of an instance."),
        .init(
            "health.timeout", \.health.timeout, .duration(Limits.checkTimeout),
            "The time that one check may take; at most the interval."),
        .init(
            "health.retries", \.health.retries, .integer(Limits.checkCount),
            "Failures in a row before an instance is DOWN."),
        .init(
            "health.default_check", \.health.defaultCheck, .optionalWord(),
            "The kind of check for instances that name neither ttl nor check. Empty: they owe heartbeats."),
        .init(
            "health.max_concurrent", \.health.maxConcurrent, .integer(1...10_000),
            "Checks that are made at once, each over a connection; no more than `health.max_connections`."),
        .init(
            "health.protection", \.health.protection, .flag,
            "Whether what goes DOWN together with most of its service is kept, flagged as suspect."),
        .init(
            "health.thresholds.cpu", \.health.thresholds.cpu, .optionalFraction,
            "The share of the cpu above which an instance that reports it is DOWN. Empty: `monitoring.alert_threshold`."
        ),
        .init(
            "health.thresholds.memory", \.health.thresholds.memory, .optionalFraction,
            "The same for its memory."),
        .init("health.thresholds.disk", \.health.thresholds.disk, .optionalFraction, "The same for its disk."),
        .init(
            "health.max_connections", \.health.maxConnections, .integer(1...100_000),
            "Connections of checks at once. The default is lowered to what the limit of open files allows."),
        .init(
            "health.tls_ca_file", \.health.tlsCAFile, .optionalPath,
            "A PEM file with authorities that checks over TLS trust besides the system's."),
    ]
}
