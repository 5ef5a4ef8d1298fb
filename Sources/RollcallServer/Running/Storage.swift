import EtcdBackend
import Logging
import RegistryCatalog
import RegistryCluster
import RegistryModel
import SQLiteBackend
import ServiceLifecycle

/// The store that the configuration names, and what comes with it.
struct Storage {
    let store: any CatalogStore & RecordLog
    /// This node among the others; nil: it is alone.
    let cluster: ClusterNode?
    /// What has to run for the store to be used.
    let services: [any ServiceLifecycle.Service]
    /// Gives back what the store holds, once nothing runs any more.
    let close: @Sendable () async throws -> Void

    /// Throws `StoreError`, and ``ConfigurationError`` for an endpoint that cannot be read.
    init(_ configuration: ServerConfiguration, clock: any RegistryClock, logger: Logger) throws {
        switch configuration.registry.type {
        case .embedded: self.init(try Self.embedded(configuration))
        case .etcd: try self.init(shared: configuration, clock, logger)
        }
    }

    private init(_ embedded: SQLiteStore) {
        self.store = embedded
        self.cluster = nil
        self.services = []
        self.close = { try await embedded.close() }
    }

    private static func embedded(_ configuration: ServerConfiguration) throws -> SQLiteStore {
        var store = SQLiteStore.Configuration()
        store.busyTimeout = configuration.registry.timeout
        return try SQLiteStore(directory: configuration.registry.dataDirectory, configuration: store)
    }

    private init(shared configuration: ServerConfiguration, _ clock: any RegistryClock, _ logger: Logger) throws {
        var settings = EtcdStore.Configuration(
            etcd: try EtcdConfiguration(configuration), prefix: configuration.registry.prefix)
        settings.quota = Int64(configuration.etcd.quota.bytes)
        let store = try EtcdStore(settings, clock: clock, logger: logger)
        let member = Member(
            id: store.memberID, node: try NodeName.of(configuration), address: configuration.advertisedAddress,
            version: RollcallServer.version, schema: EtcdStore.schema, startedAt: clock.wallTime)
        self.store = store
        self.cluster = ClusterNode(
            member, store: store, clock: clock, settings: ClusterSettings(configuration), logger: logger)
        self.services = [EtcdService(store: store)]
        self.close = {}
    }
}

/// Keeps the connections to etcd, and watches it.
private struct EtcdService: ServiceLifecycle.Service {
    let store: EtcdStore

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.store.run() }
    }
}

extension EtcdConfiguration {
    fileprivate init(_ configuration: ServerConfiguration) throws(ConfigurationError) {
        let etcd = configuration.etcd
        var endpoints: [EtcdEndpoint] = []
        for text in etcd.endpoints {
            guard let endpoint = EtcdEndpoint(text) else {
                throw ConfigurationError("etcd.endpoints", "holds \"\(text)\"; give host:port for each member.")
            }
            endpoints.append(endpoint)
        }
        self.init(
            endpoints: endpoints, dialTimeout: etcd.dialTimeout, requestTimeout: configuration.registry.timeout)
        if !etcd.username.isEmpty {
            self.credentials = Credentials(username: etcd.username, password: etcd.password)
        }
        guard etcd.namesCertificates else { return }
        func given(_ text: String) -> String? { text.isEmpty ? nil : text }
        self.tls = TLS(
            authorities: given(etcd.authorityFile), certificate: given(etcd.certificateFile),
            privateKey: given(etcd.keyFile), serverName: given(etcd.serverName))
    }
}

extension ClusterSettings {
    fileprivate init(_ configuration: ServerConfiguration) {
        self.init()
        self.timeout = configuration.registry.timeout
        self.compacts = configuration.etcd.compaction == .on
    }
}

extension ServerConfiguration {
    fileprivate var advertisedAddress: String {
        if !self.registry.advertise.isEmpty { return self.registry.advertise }
        let host = self.server.host
        return "\(host.contains(":") ? "[\(host)]" : host):\(self.server.port)"
    }
}
