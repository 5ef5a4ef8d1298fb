import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryModel

/// Finds the operation that a request asks for, and does it.
struct APIRouter: Sendable {
    /// An operation with what counts it.
    struct Counted: Routed {
        let operation: Operation
        let metrics: OperationMetrics

        var method: HTTPRequest.Method { self.operation.method }
        var path: PathTemplate { self.operation.path }
    }

    private let context: APIContext
    private let table: RouteTable<Counted>

    init(context: APIContext) {
        self.context = context
        self.table = RouteTable(
            Self.operations(context).map { Counted(operation: $0, metrics: context.metrics.operation($0.name)) })
    }

    /// Every operation there is. A path without names stands before one with names that it would fit.
    static func operations(_ context: APIContext) -> [Operation] {
        DiscoverRoutes(context: context).operations + RegistrationRoutes(context: context).operations
            + HealthRoutes(context: context).operations + InstanceRoutes(context: context).operations
            + ServiceRoutes(context: context).operations + SelectRoutes(context: context).operations
            + WatchRoutes(context: context).operations + SubscriberRoutes(context: context).operations
            + DrainRoutes(context: context).operations + HistoryRoutes(context: context).operations
            + ExplainRoutes(context: context).operations + OverrideRoutes(context: context).operations
            + ProtectionRoutes(context: context).operations + SubscriptionRoutes(context: context).operations
            + ServerRoutes(context: context).operations + ClusterRoutes(context: context).operations
    }

    var operations: [Operation] { self.table.routes.map(\.operation) }

    func answer(_ exchange: Exchange) async throws -> Response {
        switch self.table.resolve(exchange.request.method, try exchange.target.segments()) {
        case .found(let route, let names):
            exchange.operation = route.metrics
            return try await self.perform(route.operation, names, exchange)
        case .otherMethods(let methods):
            return .methodNotAllowed(exchange.request.method, allowed: methods)
        case .unknownPath:
            return .unknownPath(hint: "/openapi.json lists every path there is")
        }
    }

    private func perform(_ operation: Operation, _ names: PathNames, _ exchange: Exchange) async throws -> Response {
        let query = try Query(exchange.target.query, knowing: operation.parameters)
        if operation.needsCatalog, !self.context.catalog.isLoaded {
            throw RegistryError(.notReady, "The server is loading its catalogue; try again.", retryAfter: .seconds(1))
        }
        var request = APIRequest(exchange: exchange, names: names, query: query)
        do {
            if operation.readsRoll { try await self.context.awaitLeastRevision(request) }
            return try await operation.handler(&request)
        } catch let error as RegistryError {
            return self.context.problem(error)
        }
    }
}
