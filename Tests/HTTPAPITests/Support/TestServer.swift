import HTTPAPI
import HTTPSupport
import Logging
import MetricsAPI
import NIOCore
import RegistryCatalog
import RegistryCluster
import RegistryHealth
import RegistryModel
import RegistryTestKit
import RegistryTraffic
import ServiceLifecycle
import Synchronization

/// A whole server on the in-memory store, on ports that the system chose, for the length of one test.
struct TestServer {
    static let registryID = "0123456789abcdef0123456789abcdef"
    static let registryTag = "01234567"

    let port: Int
    let metricsPort: Int
    let store: InMemoryStore
    let catalog: Catalog
    /// Nil unless the test wants to share its store.
    let cluster: ClusterNode?
    let metrics: ServerMetrics
    let group: ServiceGroup

    /// What one test wants to be different.
    struct Options {
        /// A process that computes on all cores may hold a commit up for seconds; what happens then is not what most tests are about.
        var settings = CatalogSettings(storeTimeout: .minutes(1))
        var configuration = HTTPAPIConfiguration(
            listener: ListenerConfiguration(port: 0, stopTimeLimit: .seconds(5)), version: "1.2.3-test")
        /// Nil: no access log.
        var accessLog: AccessLog.Configuration?
        /// Holds what an earlier server left.
        var store = InMemoryStore(registryID: TestServer.registryID)
        var checks: any CheckReports = NoCheckReports()
        var clock: any RegistryClock = SystemClock()
        /// Set when others share the store: `store` is then what this one keeps its records in.
        var shared: SharedStore?
        /// False: the catalogue stays empty and says so.
        var loads = true
    }

    /// Runs `body` against a server that listens, and stops it gracefully.
    static func run(
        _ change: (inout Options) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
    ) async throws {
        var options = Options()
        change(&options)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = options.store
        let clock = options.clock
        let cluster = options.shared.map { Self.node($0, clock) }
        let catalog = Catalog(
            store: options.shared ?? store, clock: clock, settings: options.settings, link: cluster)
        if options.loads { try await catalog.load() }
        let metrics = ServerMetrics()
        let accessLog = options.accessLog.map { AccessLog(configuration: $0, clock: clock, metrics: metrics) }
        let (ports, portSource) = AsyncStream<(Bool, Int)>.makeStream()
        let api = HTTPAPI(
            catalog: catalog, history: store, selector: InstanceSelector(), checks: options.checks,
            cluster: cluster, clock: clock, metrics: metrics,
            accessLog: accessLog, configuration: options.configuration, logger: logger,
            isListening: { portSource.yield((false, $0.port ?? 0)) })
        let metricsAPI = MetricsAPI(
            catalog: catalog, checks: options.checks, cluster: cluster, metrics: metrics, clock: clock,
            configuration: .init(
                listener: ListenerConfiguration(port: 0, stopTimeLimit: .seconds(5)), version: "1.2.3-test"),
            logger: logger, isListening: { portSource.yield((true, $0.port ?? 0)) })
        var services: [any ServiceLifecycle.Service] = [CatalogRunner(catalog: catalog)]
        if let accessLog { services.append(accessLog) }
        services += [metricsAPI, api]
        let group = ServiceGroup(services: services, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var found: [Bool: Int] = [:]
            for await (isMetrics, port) in ports {
                found[isMetrics] = port
                if found.count == 2 { break }
            }
            let server = TestServer(
                port: found[false] ?? 0, metricsPort: found[true] ?? 0, store: store, catalog: catalog,
                cluster: cluster, metrics: metrics, group: group)
            try await body(server)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension TestServer {
    private static func node(_ store: SharedStore, _ clock: any RegistryClock) -> ClusterNode {
        let member = Member(
            id: store.memberID, node: "node-a", address: "127.0.0.1:8080", version: "1.2.3-test", schema: 4,
            startedAt: Sample.time)
        var settings = ClusterSettings()
        settings.timeout = store.timeout
        return ClusterNode(member, store: store, clock: clock, settings: settings)
    }
}

/// Runs the catalogue until the server stops.
private struct CatalogRunner: ServiceLifecycle.Service {
    let catalog: Catalog

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await self.catalog.run()
        } onGracefulShutdown: {
            self.catalog.stop()
        }
    }
}
