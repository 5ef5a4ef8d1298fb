import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// Who reads a service, and what its readers say that they have taken over.
struct SubscriberRoutes {
    let context: APIContext

    var operations: [Operation] {
        [
            Operation(
                "list_subscribers", .get, "/v1/services/{service}/subscribers", Parameters.namespace + Parameters.page
            ) { try self.list(&$0) },
            Operation("acknowledge_watch", .put, "/v1/watches/{watch}") { try await self.acknowledge(&$0) },
        ]
    }

    private func list(_ request: inout APIRequest) throws -> Response {
        let namespace = request.query.namespace() ?? ServiceKey.defaultNamespace
        let limit = request.query.limit()
        let after = request.query.cursor(kind: "subscribers", parts: 1)?.first ?? ""
        try request.query.check()
        let key = try request.names.service(in: namespace)
        let found = self.context.catalog.subscribers.subscribers(of: key).lazy.filter { $0.id > after }
        let page = Array(found.prefix(limit + 1))
        // A service may be read before it is there.
        if page.isEmpty, after.isEmpty { _ = try self.context.snapshot(of: key) }
        let next = page.count > limit ? Cursor([page[limit - 1].id]).text(kind: "subscribers") : nil
        let headers = self.context.headers(cache: "no-store")
        return .json(headers: headers, capacity: 256 * page.count + 256) { writer in
            let revision = self.context.catalog.appliedRevision
            writer.page(of: Field.subscribers, nextCursor: next, revision: revision) { writer in
                for subscriber in page.prefix(limit) { writer.subscriber(SubscriberDocument(subscriber)) }
            }
        }
    }

    private func acknowledge(_ request: inout APIRequest) async throws -> Response {
        try request.query.check()
        let (revision, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in try RequestBody.acknowledgement(bytes) }
        let subscriber = try self.context.catalog.subscribers.acknowledge(watch: request.names["watch"], revision)
        return .json(headers: self.context.headers(cache: "no-store")) {
            $0.subscriber(SubscriberDocument(subscriber), warnings: warnings)
        }
    }
}

extension SubscriberDocument {
    init(_ subscriber: Subscriber) {
        self.init(
            id: subscriber.id, kind: subscriber.kind.rawValue, client: subscriber.client,
            scope: subscriber.scope.word, since: subscriber.since, delivered: subscriber.delivered,
            confirmed: subscriber.confirmed, isConnected: subscriber.isConnected)
    }
}

extension WatchScope {
    /// How much it is, in a word: the names themselves may be a thousand.
    fileprivate var word: String {
        switch self {
        case .services(let keys): keys.count == 1 ? "service" : "services"
        case .namespace: "namespace"
        case .everything: "everything"
        }
    }
}
