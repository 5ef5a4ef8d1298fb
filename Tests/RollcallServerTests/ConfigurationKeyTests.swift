import Testing

@testable import RollcallServer

@Suite struct ConfigurationKeyTests {
    @Test func theKeysOfTheRequirementsAreThere() {
        let names = Set(ConfigurationKey.all.map(\.name))
        let required: Set = [
            "server.host", "server.port", "server.mode", "server.timeout", "database.driver", "database.host",
            "database.port", "database.database", "database.username", "database.password", "database.max_idle_conns",
            "database.max_open_conns", "redis.host", "redis.port", "redis.password", "redis.db", "redis.pool_size",
            "etcd.endpoints", "etcd.dial_timeout", "etcd.username", "etcd.password", "registry.type", "registry.prefix",
            "registry.timeout", "registry.ttl", "registry.data_dir", "health.interval", "health.timeout",
            "health.retries", "loadbalancer.strategy", "loadbalancer.weight.cpu", "loadbalancer.weight.memory",
            "loadbalancer.weight.latency", "monitoring.log_level", "monitoring.metrics_port",
            "monitoring.alert_threshold", "history.max_age", "history.max_records", "outbound.allow", "outbound.deny",
        ]
        #expect(required.subtracting(names).isEmpty)
    }

    @Test func namesFlagsAndVariablesAreUnique() {
        let keys = ConfigurationKey.all
        #expect(Set(keys.map(\.name)).count == keys.count)
        #expect(Set(keys.map(\.flag)).count == keys.count)
        #expect(Set(keys.map(\.variable)).count == keys.count)
    }

    @Test func namesBecomeFlagsAndVariables() throws {
        let key = try #require(ConfigurationKey.named("server.body_limit"))
        #expect(key.flag == "--server-body-limit")
        #expect(key.variable == "ROLLCALL_SERVER_BODY_LIMIT")
    }

    @Test func everyFieldHasAKey() {
        #expect(Self.fields(of: ServerConfiguration()) == ConfigurationKey.all.count)
    }

    private static func fields(of value: Any) -> Int {
        let mirror = Mirror(reflecting: value)
        let isSection = "\(type(of: value))".hasSuffix("Configuration") || Self.sections.contains("\(type(of: value))")
        return isSection ? mirror.children.reduce(0) { $0 + Self.fields(of: $1.value) } : 1
    }

    private static let sections: Set = [
        "Server", "Registry", "Monitoring", "History", "HealthChecks", "LoadBalancer", "LoadFactors", "Database",
        "Redis", "Etcd", "Outbound", "Webhooks", "Thresholds", "Probes",
    ]

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func theDefaultReadsBack(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        var configuration = ServerConfiguration()
        #expect(key.assign(key.defaultText, &configuration))
        #expect(configuration == ServerConfiguration())
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func aKeySetsItsOwnFieldAndNoOther(name: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        let other = try #require(Self.otherText(for: key))
        var configuration = ServerConfiguration()
        #expect(key.assign(other, &configuration))
        for each in ConfigurationKey.all {
            #expect(each.text(configuration) == (each.name == name ? other : each.defaultText))
        }
    }

    /// A value of the key's kind that is not its default, as it is written back.
    private static func otherText(for key: ConfigurationKey) -> SettingText? {
        let texts = [
            "debug", "etcd", "warning", "mysql", "http", "random", "off", "stdout", "6s", "3h", "4000", "2", "0.25",
            "3MiB", "/other", "other", "10.1.1.1", "10.1.1.1:8080", "false", "true",
        ]
        let candidates = texts.map(SettingText.single) + [.list(["10.1.1.1:2379"]), .list(["10.0.0.0/8"])]
        return candidates.first { candidate in
            var configuration = ServerConfiguration()
            return key.assign(candidate, &configuration) && candidate != key.defaultText
                && key.text(configuration) == candidate
        }
    }

    @Test(arguments: [
        ("server.port", "65536"), ("server.port", "-1"), ("server.port", "80a"), ("server.port", ""),
        ("server.host", ""), ("server.host", "a b"), ("server.host", "[::1]"), ("server.host", "300.1.1.1"),
        ("server.mode", "Debug"), ("server.timeout", "30"), ("server.timeout", "1ms"), ("server.timeout", "2h"),
        ("server.body_limit", "1MB"), ("server.body_limit", "65MiB"), ("server.body_limit", "-1"),
        ("server.max_connections", "0"), ("server.access_log", ""), ("registry.ttl", "500ms"),
        ("registry.ttl", "never"), ("registry.deregister_after", "31d"), ("registry.deregister_after", "soon"),
        ("registry.prefix", "rollcall"), ("registry.prefix", "/"), ("registry.data_dir", ""),
        ("monitoring.log_level", "loud"), ("monitoring.alert_threshold", "1.1"), ("monitoring.alert_threshold", "nan"),
        ("history.max_records", "10"), ("health.retries", "0"), ("health.default_check", "ping"),
        ("loadbalancer.strategy", "fastest"), ("loadbalancer.weight.cpu", "-0.1"), ("database.port", "0"),
        ("redis.host", "a b"), ("redis.prefix", ""), ("redis.prefix", "a b"), ("redis.tls", "on"), ("redis.db", "1.5"),
        ("health.protection", "yes"), ("health.protection", ""),
    ])
    func wrongValuesAreRefused(name: String, text: String) throws {
        let key = try #require(ConfigurationKey.named(name))
        var configuration = ServerConfiguration()
        #expect(!key.assign(.single(text), &configuration))
        #expect(configuration == ServerConfiguration())
    }

    @Test(arguments: [
        ("etcd.endpoints", "127.0.0.1:2379", true), ("etcd.endpoints", "https://etcd.local:2379", true),
        ("etcd.endpoints", "http://[::1]:2379", true), ("etcd.endpoints", "etcd", false),
        ("etcd.endpoints", "ftp://etcd:2379", false), ("etcd.endpoints", "etcd:0", false),
        ("etcd.endpoints", "::1:2379", false), ("outbound.allow", "10.0.0.0/8", true),
        ("outbound.allow", "fd00::/8", true), ("outbound.allow", "hooks.example.org", true),
        ("outbound.allow", "10.0.0.0/33", false), ("outbound.allow", "fd00::/129", false),
        ("outbound.allow", "example.org/8", false), ("outbound.deny", "10.0.0.0/", false),
    ])
    func entriesOfListsAreChecked(name: String, entry: String, isSound: Bool) throws {
        let key = try #require(ConfigurationKey.named(name))
        var configuration = ServerConfiguration()
        #expect(key.assign(.list([entry]), &configuration) == isSound)
    }
}
