import EtcdBackend
import HTTPAPI
import HTTPSupport
import HealthProbes
import Logging
import MetricsAPI
import RegistryCatalog
import RegistryCluster
import RegistryHealth
import RegistryModel
import RegistryTraffic
import ServiceLifecycle
import UnixSignals
import Webhooks

/// All parts of one server, plugged together.
struct ServerApplication {
    private let configuration: ServerConfiguration
    private let clock: any RegistryClock
    private let logger: Logger
    private let storage: Storage
    private let prober: HealthProber
    private let caches: CatalogCaches
    /// Where lines of the access log go; nil: nowhere.
    private let accessLogDescriptor: Int32?

    /// Opens the store, so that a server that cannot run says so before it listens.
    ///
    /// Throws `StoreError` and ``ConfigurationError``.
    init(configuration: ServerConfiguration, clock: any RegistryClock, logger: Logger) throws {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        self.accessLogDescriptor = try configuration.server.accessLog.open()
        self.prober = try HealthProber(reading: configuration)
        self.caches = try CatalogCaches(reading: configuration)
        self.storage = try Storage(configuration, clock: clock, logger: logger)
    }

    /// Runs until SIGTERM or SIGINT, and closes the store.
    func run() async throws {
        self.sayHowItRuns()
        do {
            let group = ServiceGroup(configuration: try self.serviceGroup())
            try await group.run()
        } catch {
            await self.prober.shutDown()
            await self.caches.shutDown()
            await self.closeAfterFailure()
            throw error
        }
        await self.prober.shutDown()
        await self.caches.shutDown()
        try await self.closeStore()
        self.logger.info("The server has stopped.")
    }

    /// Services start in the order of the list and stop in the reverse: first the frontends, so that the last answers are still
    /// true, then the catalogue.
    private func serviceGroup() throws -> ServiceGroupConfiguration {
        let catalog = Catalog(
            store: self.storage.store, clock: self.clock, settings: CatalogSettings(self.configuration),
            link: self.storage.cluster, logger: self.logger)
        let metrics = ServerMetrics(webhooks: WebhookMetrics())
        let accessLog = self.accessLogDescriptor.map {
            AccessLog(configuration: AccessLog.Configuration(fileDescriptor: $0), clock: self.clock, metrics: metrics)
        }
        let probes = ProbeService(
            catalog: catalog, prober: self.prober, clock: self.clock, settings: ProbeSettings(self.configuration),
            logger: self.logger)
        var services: [any ServiceLifecycle.Service] = self.storage.services
        services.append(
            CatalogService(
                catalog: catalog, caches: CacheReader(self.caches.all, logger: self.logger), clock: self.clock,
                logger: self.logger))
        if let cluster = self.storage.cluster {
            services.append(ClusterService(cluster: cluster, catalog: catalog, clock: self.clock))
        }
        services += [
            HistoryKeeper(
                catalog: catalog, history: self.storage.store, maxAge: self.configuration.history.maxAge,
                maxRecords: self.configuration.history.maxRecords, clock: self.clock, logger: self.logger),
            NetworkSense(catalog: catalog, clock: self.clock),
            probes,
        ]
        services.append(
            try WebhookService(
                catalog: catalog, clock: self.clock, metrics: metrics, configuration: self.configuration,
                logger: self.logger))
        if self.configuration.monitoring.canaryInterval > .zero { services.append(self.canary(catalog, metrics)) }
        if !self.caches.all.isEmpty { services.append(self.cacheKeeper(catalog)) }
        if let accessLog { services.append(accessLog) }
        services.append(self.metricsAPI(catalog, probes, metrics))
        services.append(self.httpAPI(catalog, probes, metrics, accessLog))
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger)
        group.maximumGracefulShutdownDuration = self.configuration.server.shutdownTimeout.duration
        return group
    }

    private func closeStore() async throws { try await self.storage.close() }

    /// What ended the server is what its user has to know; what closing the store says on top of it is only logged.
    private func closeAfterFailure() async {
        do {
            try await self.closeStore()
        } catch {
            self.logger.error("The store could not be closed.", metadata: ["error": "\(error)"])
        }
    }

    private func httpAPI(
        _ catalog: Catalog, _ checks: any CheckReports, _ metrics: ServerMetrics, _ accessLog: AccessLog?
    ) -> HTTPAPI {
        HTTPAPI(
            catalog: catalog, history: self.storage.store, selector: InstanceSelector(), checks: checks,
            cluster: self.storage.cluster, clock: self.clock,
            metrics: metrics, accessLog: accessLog, configuration: HTTPAPIConfiguration(self.configuration),
            logger: self.logger,
            isListening: { [logger] address in
                logger.info("The HTTP API listens.", metadata: ["address": "\(ListeningAddress(address))"])
            })
    }

    private func cacheKeeper(_ catalog: Catalog) -> CacheKeeper {
        CacheKeeper(
            catalog: catalog, caches: self.caches.all, interval: self.configuration.registry.cacheInterval,
            isLive: { catalog.isLoaded && catalog.source == .live && catalog.storeError == nil },
            timeline: EtcdStore.timeline(of:), clock: self.clock, logger: self.logger)
    }

    private func canary(_ catalog: Catalog, _ metrics: ServerMetrics) -> Canary {
        Canary(
            catalog: catalog, node: self.storage.cluster?.member.node, clock: self.clock,
            interval: self.configuration.monitoring.canaryInterval, metrics: metrics.canary, logger: self.logger)
    }

    private func metricsAPI(
        _ catalog: Catalog, _ checks: any CheckReports, _ metrics: ServerMetrics
    ) -> MetricsAPI {
        MetricsAPI(
            catalog: catalog, checks: checks, cluster: self.storage.cluster, metrics: metrics, clock: self.clock,
            configuration: MetricsAPI.Configuration(self.configuration), logger: self.logger,
            isListening: { [logger] address in
                logger.info("The metrics listen.", metadata: ["address": "\(ListeningAddress(address))"])
            })
    }

    private func sayHowItRuns() {
        self.logger.info(
            "Rollcall starts.",
            metadata: [
                "version": "\(RollcallServer.version)", "data_dir": "\(self.configuration.registry.dataDirectory)",
                "store": "\(self.configuration.registry.type.rawValue)",
                "max_connections": .stringConvertible(self.configuration.server.maxConnections),
            ])
        let isReachable = !BindPolicy.faults(in: self.configuration, allowsInsecure: false).isEmpty
        if isReachable {
            self.logger.warning(
                "There is no authentication (--insecure): whoever reaches this address may read and change everything.")
        } else {
            self.logger.notice("There is no authentication: every user of this machine may read and change everything.")
        }
        for warning in self.configuration.warnings { self.logger.warning("\(warning)") }
    }
}
