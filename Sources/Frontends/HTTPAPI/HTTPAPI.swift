public import HTTPSupport
public import Logging
public import NIOCore
public import RegistryCatalog
public import RegistryCluster
public import RegistryHealth
public import RegistryTraffic
public import ServiceLifecycle

/// The native HTTP API of the registry, as a service that listens.
///
/// On a graceful stop it accepts no more, lets requests come to their end, answers blocking reads with what there is, and closes the
/// streams of watchers, all within the time that its configuration allows.
public struct HTTPAPI: ServiceLifecycle.Service {
    let context: APIContext
    private let listener: HTTPListener

    /// - Parameters:
    ///   - history: what `GET /v1/history` reads.
    ///   - checks: how the registry's own checks are.
    ///   - cluster: the other nodes of the registry; nil: there are none.
    ///   - metrics: shared with the metrics endpoint.
    ///   - accessLog: nil for none; it is a service of its own, which should stop after this one.
    ///   - eventLoopGroup: nil for the one that the process shares.
    ///   - isListening: told the address once requests are accepted; with port 0 it has the port that the system chose.
    public init(
        catalog: Catalog, history: any RecordLog, selector: InstanceSelector,
        checks: any CheckReports = NoCheckReports(), cluster: ClusterNode? = nil, clock: any RegistryClock,
        metrics: ServerMetrics, accessLog: AccessLog?, configuration: HTTPAPIConfiguration, logger: Logger,
        eventLoopGroup: (any EventLoopGroup)? = nil,
        isListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) {
        let context = APIContext(
            catalog: catalog, history: history, selector: selector, checks: checks, cluster: cluster, clock: clock,
            metrics: metrics, accessLog: accessLog, configuration: configuration, logger: logger)
        let router = APIRouter(context: context)
        let responder = RequestResponder(
            metrics: metrics, accessLog: accessLog, clock: clock, date: context.date,
            showsErrors: configuration.showsErrors, bodyLimit: configuration.bodyBytes, logger: logger,
            answer: { try await router.answer($0) })
        let direct = DirectAnswers(context: context)
        self.context = context
        self.listener = HTTPListener(
            configuration: configuration.listener, connections: metrics.connections, logger: logger,
            eventLoopGroup: eventLoopGroup, makeDirectHandler: { DirectHandler(answers: direct) },
            isListening: isListening, responder: { try await responder.respond($0, $1, $2) })
    }

    /// Serves until a graceful stop or cancellation. Throws when the address cannot be listened on.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await self.listener.run()
        } onGracefulShutdown: {
            self.context.beginStopping()
        }
    }
}
