public import HTTPSupport
import HTTPTypes
import HummingbirdCore
public import Logging
public import NIOCore
public import RegistryCatalog
public import RegistryCluster
public import RegistryHealth
public import ServiceLifecycle

/// What Prometheus reads: `GET /metrics`, on a port of its own.
public struct MetricsAPI: ServiceLifecycle.Service {
    public struct Configuration: Sendable, Hashable {
        /// Where it listens: `127.0.0.1`, port 9090 (`monitoring.metrics_port`).
        public var listener: ListenerConfiguration
        /// The version of this program.
        public var version: String

        public init(listener: ListenerConfiguration = ListenerConfiguration(port: 9090), version: String) {
            self.listener = listener
            self.version = version
        }
    }

    private let listener: HTTPListener

    /// - Parameters:
    ///   - checks: who makes the registry's own checks.
    ///   - cluster: the other nodes of the registry; nil: there are none.
    ///   - metrics: what the frontends count.
    ///   - eventLoopGroup: nil for the one that the process shares.
    ///   - isListening: told the address once requests are accepted; with port 0 it has the port that the system chose.
    public init(
        catalog: Catalog, checks: any CheckReports = NoCheckReports(), cluster: ClusterNode? = nil,
        metrics: ServerMetrics, clock: any RegistryClock, configuration: Configuration, logger: Logger,
        eventLoopGroup: (any EventLoopGroup)? = nil,
        isListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) {
        let exposition = Exposition(
            catalog: catalog, checks: checks, nodes: cluster, metrics: metrics, version: configuration.version)
        // Its own requests are not among the figures of the API.
        let responder = RequestResponder(
            metrics: ServerMetrics(), accessLog: nil, clock: clock, date: DateHeader(clock: clock), showsErrors: false,
            bodyLimit: 0, logger: logger, answer: { try Self.answer($0, exposition) })
        self.listener = HTTPListener(
            configuration: configuration.listener, connections: Gauge(), logger: logger,
            eventLoopGroup: eventLoopGroup, isListening: isListening,
            responder: { try await responder.respond($0, $1, $2) })
    }

    /// Serves until a graceful stop or cancellation. Throws when the address cannot be listened on.
    public func run() async throws { try await self.listener.run() }

    private static func answer(_ exchange: Exchange, _ exposition: Exposition) throws -> Response {
        let table = RouteTable([MetricsRoute()])
        switch table.resolve(exchange.request.method, try exchange.target.segments()) {
        case .found:
            let headers: HTTPFields = [
                .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
            ]
            let body = ResponseBody(byteBuffer: ByteBuffer(string: exposition.text()))
            return Response(status: .ok, headers: headers, body: body)
        case .otherMethods(let methods): return .methodNotAllowed(exchange.request.method, allowed: methods)
        case .unknownPath: return .unknownPath(hint: "metrics are at /metrics")
        }
    }
}

/// The only path there is.
private struct MetricsRoute: Routed {
    let method = HTTPRequest.Method.get
    let path = PathTemplate("/metrics")
}
