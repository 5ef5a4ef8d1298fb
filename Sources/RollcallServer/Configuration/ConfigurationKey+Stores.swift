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
            "redis.host", \.redis.host, .optionalHost, support: noRedis,
            "The address of the shared cache. Empty: none is used."),
        .init("redis.port", \.redis.port, .remotePort, support: noRedis, "The shared cache's port."),
        .init(
            "redis.password", \.redis.password, .text, secret: true, support: noRedis, "The shared cache's password."),
        .init("redis.db", \.redis.database, .integer(0...65_535), support: noRedis, "The number of the database."),
        .init("redis.pool_size", \.redis.poolSize, .integer(1...10_000), support: noRedis, "Connections at once."),
    ]

    static let etcd: [ConfigurationKey] = [
        .init("etcd.endpoints", \.etcd.endpoints, .endpoints, support: noEtcd, "The members of the etcd cluster."),
        .init(
            "etcd.dial_timeout", \.etcd.dialTimeout, .duration(.milliseconds(100)...(.minutes(10))), support: noEtcd,
            "The time to connect."),
        .init("etcd.username", \.etcd.username, .text, support: noEtcd, "The account at etcd."),
        .init("etcd.password", \.etcd.password, .text, secret: true, support: noEtcd, "The account's password."),
    ]

    private static let noDatabase = SettingSupport.defaultOnly("keeps records in the embedded store only")
    private static let noRedis = SettingSupport.defaultOnly("has no shared cache")
    private static let noEtcd = SettingSupport.defaultOnly("has only the embedded store")
}
