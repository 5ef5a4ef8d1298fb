import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// Drain: an instance says that it is about to leave, and waits until those who read its service have taken that over.
struct DrainRoutes {
    let context: APIContext

    private static let path = "/v1/services/{service}/instances/{instance}/drain"
    private static let defaultWait = TimeSpan.seconds(10)

    var operations: [Operation] {
        let parameters = Parameters.namespace + Parameters.incarnation
        return [
            Operation("drain", .post, Self.path, parameters + [QueryParameter("wait")]) { try await self.drain(&$0) },
            Operation("undrain", .delete, Self.path, parameters) { try await self.undrain(&$0) },
        ]
    }

    private func drain(_ request: inout APIRequest) async throws -> Response {
        let wait = request.query.duration("wait", in: Limits.drainWait) ?? Self.defaultWait
        let (key, incarnation) = try self.instance(&request)
        let exchange = request.exchange
        let drain = try await self.context.catalog.drain(key, incarnation: incarnation, actor: try exchange.actor())
        if wait > .zero {
            exchange.waits = true
            let end = try await whileClientStays(on: exchange.channel) {
                await drain.awaitConfirmations(atMost: wait)
            }
            if case .clientLeft = end { throw CancellationError() }
        }
        let answer = DrainAnswer(drain.report)
        return .json(headers: self.context.headers(cache: "no-store")) { $0.drainAnswer(answer) }
    }

    private func undrain(_ request: inout APIRequest) async throws -> Response {
        let (key, incarnation) = try self.instance(&request)
        let actor = try request.exchange.actor()
        let result = try await self.context.catalog.perform(.undrain(key, incarnation: incarnation), actor: actor)
        return self.context.deleted(at: result.revision)
    }

    private func instance(_ request: inout APIRequest) throws -> (key: InstanceKey, incarnation: Int64?) {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        let incarnation = request.query.integer("incarnation", in: 0...Limits.largestInteger)
        try request.query.check()
        return (try request.names.instance(in: namespace), incarnation)
    }
}

extension DrainAnswer {
    fileprivate init(_ report: DrainReport) {
        func documents(_ subscribers: [Subscriber]) -> [SubscriberDocument] {
            subscribers.map { SubscriberDocument($0) }
        }
        self.init(
            revision: report.revision, isComplete: report.isComplete, confirmed: documents(report.confirmed),
            delivered: documents(report.delivered), pending: documents(report.pending), gone: documents(report.gone),
            nodes: report.nodes.map { DrainNodeDocument(node: $0.name, standing: $0.standing.rawValue) })
    }
}
