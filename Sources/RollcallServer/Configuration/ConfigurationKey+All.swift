import RegistryModel

extension ConfigurationKey {
    /// Every key, in the order of the file. To add one: a field with its default in `ServerConfiguration`, a line here,
    /// then `make reference`.
    public static let all: [ConfigurationKey] =
        server + registry + monitoring + history + health + loadbalancer + database + redis + etcd
        + outbound + webhooks

    /// Finds a key by its name in the file.
    public static func named(_ name: String) -> ConfigurationKey? {
        self.all.first { $0.name == name }
    }

    private static let server: [ConfigurationKey] = [
        .init(
            "server.host", \.server.host, .host,
            "The address that the HTTP API listens on. Any but loopback needs `--insecure`."),
        .init("server.port", \.server.port, .listenerPort, "The port of the HTTP API; 0: any free one."),
        .init(
            "server.mode", \.server.mode, .word, "With `debug`, errors carry their cause and the log starts at debug."),
        .init(
            "server.timeout", \.server.timeout, .duration(.milliseconds(100)...(.hours(1))),
            "The time to receive and handle one request, waits and watches apart."),
        .init(
            "server.body_limit", \.server.bodyLimit, .bytes(.kibibytes(1)...(.mebibytes(64))),
            "The size of one request's body."),
        .init(
            "server.header_timeout", \.server.headerTimeout, .duration(.milliseconds(100)...(.minutes(10))),
            "The time from a connection's first byte to the end of the request's head."),
        .init(
            "server.idle_timeout", \.server.idleTimeout, .duration(.seconds(1)...(.days(1))),
            "The time that a connection may stay open without a request."),
        .init(
            "server.max_connections", \.server.maxConnections, .integer(1...1_000_000),
            "Connections at once. The default is lowered to what the limit of open files allows."),
        .init(
            "server.max_watches", \.server.maxWatches, .integer(1...1_000_000),
            "Open watches at once, and as many blocking readers, each a connection."),
        .init(
            "server.access_log", \.server.accessLog, .accessLog,
            "Where a line for each request goes: `off`, `stdout` or a file, which is appended to."),
        .init(
            "server.shutdown_timeout", \.server.shutdownTimeout, .duration(.milliseconds(100)...(.hours(1))),
            "The time for a graceful stop; what is not done then is cut off."),
    ]

    private static let registry: [ConfigurationKey] = [
        .init(
            "registry.type", \.registry.type, .word,
            "The store of the catalogue: `embedded` in `registry.data_dir`, or `etcd`, which several servers share."),
        .init(
            "registry.prefix", \.registry.prefix, .keyPrefix,
            "What the keys in etcd start with. Servers with the same one are one cluster."),
        .init(
            "registry.node", \.registry.node, .text,
            "What this server is called in its cluster. Empty: a name that is made once and kept in `registry.data_dir`."
        ),
        .init(
            "registry.advertise", \.registry.advertise, .optionalAuthority,
            "Where clients reach this server, as host:port. Empty: `server.host` and `server.port`."),
        .init(
            "registry.timeout", \.registry.timeout, .duration(.milliseconds(100)...(.minutes(10))),
            "The time that one commit may take."),
        .init(
            "registry.ttl", \.registry.ttl, .duration(Limits.timeToLive),
            "The time without a heartbeat after which an instance that names no ttl is DOWN."),
        .init(
            "registry.data_dir", \.registry.dataDirectory, .path,
            "The directory of the embedded store, or with etcd of what this server keeps for itself; made when missing."
        ),
        .init(
            "registry.deregister_after", \.registry.deregisterAfter, .optionalLifetime(Limits.deregisterAfter),
            "How long a DOWN instance stays listed when it names no time. Empty: 10m with heartbeats, 24h with probes."),
        .init(
            "registry.empty_service_retention", \.registry.emptyServiceRetention,
            .duration(.minutes(1)...(.days(3650))),
            "The time that a service without instances is kept."),
        .init(
            "registry.encoded_cache_bytes", \.registry.encodedCacheBytes, .bytes(.mebibytes(1)...(.gibibytes(64))),
            "The memory for encoded answers."),
        .init(
            "registry.cache_interval", \.registry.cacheInterval, .duration(.seconds(1)...(.hours(1))),
            "How often a snapshot of the catalogue is saved, if it changed: to a file with `registry.type: etcd`, and to Redis and a file with `redis.host`."
        ),
    ]

    private static let monitoring: [ConfigurationKey] = [
        .init("monitoring.log_level", \.monitoring.logLevel, .word, "The least level that is logged."),
        .init(
            "monitoring.metrics_host", \.monitoring.metricsHost, .host,
            "The address that `/metrics` is served on. Any but loopback needs `--insecure`."),
        .init(
            "monitoring.metrics_port", \.monitoring.metricsPort, .listenerPort,
            "The port of `/metrics`; 0: any free one."),
        .init(
            "monitoring.alert_threshold", \.monitoring.alertThreshold, .fraction,
            "The share of a resource above which an instance is DOWN, unless `health.thresholds` says another one."),
        .init(
            "monitoring.canary_interval", \.monitoring.canaryInterval, .interval(.seconds(1)...(.days(1))),
            "How often the registry tries itself, with an instance of its own in the namespace `rollcall`."),
    ]

    private static let history: [ConfigurationKey] = [
        .init(
            "history.max_age", \.history.maxAge, .duration(.minutes(1)...(.days(3650))),
            "The age at which a record of a change is removed."),
        .init(
            "history.max_records", \.history.maxRecords, .integer(1_000...1_000_000_000),
            "The records of changes that are kept at most. With `registry.type: etcd` no more than 100,000 are, for etcd keeps an index of all keys in memory."
        ),
    ]
}
