import RegistryModel

// The keys of the sections in `ServerConfiguration+Stores.swift`.
extension ConfigurationKey {
    static let database: [ConfigurationKey] = [
        .init(
            "database.driver", \.database.driver, .word, support: noDatabase,
            "Where records are kept; `sqlite` is the embedded store."),
        .init("database.host", \.database.host, .optionalHost, support: noDatabase, "The database's address."),
        .init("database.port", \.database.port, .remotePort, support: noDatabase, "The database's port."),
        .init("database.database", \.database.database, .text, support: noDatabase, "The database's name."),
        .init("database.username", \.database.username, .text, support: noDatabase, "The account at the database."),
        .init(
            "database.password", \.database.password, .text, secret: true, support: noDatabase,
            "The account's password."),
        .init(
            "database.max_idle_conns", \.database.maxIdleConnections, .integer(0...10_000), support: noDatabase,
            "Connections that stay open unused; at most `max_open_conns`."),
        .init(
            "database.max_open_conns", \.database.maxOpenConnections, .integer(1...10_000), support: noDatabase,
            "Connections at once."),
    ]

    static let redis: [ConfigurationKey] = [
        .init(
            "redis.host", \.redis.host, .optionalHost,
            "The address of a Redis that keeps a snapshot of the catalogue. Empty: none is kept."),
        .init("redis.port", \.redis.port, .remotePort, "Its port."),
        .init("redis.username", \.redis.username, .text, "The account at it. Empty: the default user."),
        .init("redis.password", \.redis.password, .text, secret: true, "The account's password. Empty: none."),
        .init("redis.db", \.redis.database, .integer(0...65_535), "The number of the database."),
        .init(
            "redis.pool_size", \.redis.poolSize, .integer(1...10_000),
            "Connections at once; they are opened when they are needed."),
        .init(
            "redis.tls", \.redis.usesTLS, .flag,
            "Whether the connection is encrypted, and the server's certificate held against its name."),
        .init(
            "redis.ca_file", \.redis.caFile, .optionalPath,
            "A PEM file with the authorities that are trusted there. Empty: those of the system."),
        .init(
            "redis.prefix", \.redis.prefix, .cachePrefix,
            "What every key there begins with. Each registry needs its own: the second under one keeps no snapshot."),
        .init(
            "redis.timeout", \.redis.timeout, .duration(.milliseconds(100)...(.minutes(1))),
            "The time to connect, and for the answer to a command."),
    ]

    static let etcd: [ConfigurationKey] = [
        .init("etcd.endpoints", \.etcd.endpoints, .endpoints, "The members of the etcd cluster."),
        .init(
            "etcd.dial_timeout", \.etcd.dialTimeout, .duration(.milliseconds(100)...(.minutes(10))),
            "The time to connect."),
        .init("etcd.username", \.etcd.username, .text, "The account at etcd."),
        .init("etcd.password", \.etcd.password, .text, secret: true, "The account's password."),
        .init(
            "etcd.ca_file", \.etcd.authorityFile, .optionalPath,
            "The certificates of those who may sign etcd's, as PEM. Empty: those of the system."),
        .init(
            "etcd.cert_file", \.etcd.certificateFile, .optionalPath,
            "The certificate that is shown to etcd, as PEM. Empty: none is."),
        .init("etcd.key_file", \.etcd.keyFile, .optionalPath, "Its private key, as PEM."),
        .init(
            "etcd.server_name", \.etcd.serverName, .optionalHost,
            "The name that etcd's certificate must have. Empty: the endpoint's host."),
        .init(
            "etcd.quota", \.etcd.quota, .bytes(.gibibytes(0)...(.gibibytes(1_024))),
            "What a member of etcd may take on disk: its `--quota-backend-bytes`, which it does not tell itself. From 80 % on the log and `rollcall cluster` say so. 0: they do not."
        ),
        .init(
            "etcd.compaction", \.etcd.compaction, .word,
            "Whether revisions in etcd that are older than 5 minutes are forgotten; off for an etcd that others use too."
        ),
    ]

    private static let noDatabase = SettingSupport.defaultOnly("keeps records in the embedded store only")
}
