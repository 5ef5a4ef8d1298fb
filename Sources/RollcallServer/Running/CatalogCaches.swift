import FileBackend
import RedisBackend
import RegistryCatalog
import RegistryModel

/// Where snapshots of the catalogue are kept: in Redis when that is configured, and in a file beside it, or beside a store that may be away
/// when this server starts. Else nowhere.
struct CatalogCaches: Sendable {
    /// In the order in which they are asked at a start.
    let all: [any SharedCache]
    private let redis: RedisCache?

    /// Throws ``ConfigurationError`` when the file of authorities cannot be used.
    init(reading configuration: ServerConfiguration) throws(ConfigurationError) {
        let file = FileCache(directory: configuration.registry.dataDirectory)
        guard let redis = RedisConfiguration(configuration) else {
            self.redis = nil
            self.all = configuration.registry.type == .etcd ? [file] : []
            return
        }
        do throws(CacheError) {
            let cache = try RedisCache(redis)
            self.redis = cache
            self.all = [cache, file]
        } catch {
            throw ConfigurationError("redis.ca_file", "is \"\(configuration.redis.caFile)\", but \(error.message)")
        }
    }

    /// Closes the connections.
    func shutDown() async { await self.redis?.shutDown() }
}

extension RedisConfiguration {
    /// Nil when no host is set.
    init?(_ configuration: ServerConfiguration) {
        let redis = configuration.redis
        guard !redis.host.isEmpty else { return nil }
        let hasCredentials = !redis.username.isEmpty || !redis.password.isEmpty
        self.init(
            host: redis.host, port: redis.port,
            credentials: hasCredentials ? Credentials(username: redis.username, password: redis.password) : nil,
            database: redis.database,
            tls: redis.usesTLS ? TLS(authorities: redis.caFile.isEmpty ? nil : redis.caFile) : nil,
            poolSize: redis.poolSize, timeout: redis.timeout, prefix: redis.prefix,
            store: configuration.registry.type == .etcd ? "etcd \(configuration.registry.prefix)" : "embedded")
    }
}
