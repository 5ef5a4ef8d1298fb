import HTTPAPI
import HTTPSupport
import MetricsAPI
import RegistryCatalog
import RegistryHealth
import RegistryModel

// What each part is told of the configuration. Every key ends here, or in `ServerApplication`.

extension CatalogSettings {
    init(_ configuration: ServerConfiguration) {
        self.init(
            ttl: configuration.registry.ttl,
            emptyServiceRetention: configuration.registry.emptyServiceRetention,
            defaultCheck: configuration.health.defaultCheck.flatMap { HealthCheck.Kind($0.rawValue) },
            protects: configuration.health.protection, thresholds: ResourceThresholds(configuration),
            encodedCacheBytes: configuration.registry.encodedCacheBytes.bytes,
            storeTimeout: configuration.registry.timeout,
            maximumSubscriptions: configuration.webhooks.maxSubscriptions,
            maximumSubscriptionsPerService: configuration.webhooks.maxSubscriptionsPerService)
        self.checkInterval = configuration.health.interval
        self.checkTimeout = configuration.health.timeout
        self.checkRetries = configuration.health.retries
        if let lifetime = configuration.registry.deregisterAfter {
            self.heartbeatDeregisterAfter = lifetime
            self.probeDeregisterAfter = lifetime
        }
    }
}

extension ResourceThresholds {
    init(_ configuration: ServerConfiguration) {
        let general = configuration.monitoring.alertThreshold
        let own = configuration.health.thresholds
        self.init(cpu: own.cpu ?? general, memory: own.memory ?? general, disk: own.disk ?? general)
    }
}

extension ProbeSettings {
    init(_ configuration: ServerConfiguration) {
        let health = configuration.health
        self.init(
            defaults: CheckDefaults(interval: health.interval, timeout: health.timeout, retries: health.retries),
            // Each is made over a connection: more of them would only wait for one, and run out of their time.
            maximumConcurrent: min(health.maxConcurrent, health.maxConnections))
    }
}

extension HTTPAPIConfiguration {
    init(_ configuration: ServerConfiguration) {
        let server = configuration.server
        self.init(
            listener: ListenerConfiguration(
                host: server.host, port: server.port, maximumConnections: server.maxConnections,
                headerTimeLimit: server.headerTimeout, idleTimeLimit: server.idleTimeout,
                receiveTimeLimit: server.timeout, stopTimeLimit: server.shutdownTimeout),
            handlingTimeLimit: server.timeout, bodyBytes: server.bodyLimit.bytes, maximumWatches: server.maxWatches,
            showsErrors: server.mode == .debug, strategy: configuration.loadbalancer.strategy.rawValue,
            warmUp: configuration.loadbalancer.warmUp, outbound: configuration.outboundPolicy,
            version: RollcallServer.version)
    }
}

extension MetricsAPI.Configuration {
    init(_ configuration: ServerConfiguration) {
        self.init(
            listener: ListenerConfiguration(
                host: configuration.monitoring.metricsHost, port: configuration.monitoring.metricsPort,
                maximumConnections: 32, stopTimeLimit: configuration.server.shutdownTimeout),
            version: RollcallServer.version)
    }
}
