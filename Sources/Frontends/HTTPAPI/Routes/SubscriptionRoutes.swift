import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryJSON
import RegistryModel

/// Subscriptions: callbacks that are told of every change of a service.
struct SubscriptionRoutes {
    let context: APIContext

    private static let all = "/v1/subscriptions"
    private static let one = "/v1/subscriptions/{id}"

    var operations: [Operation] {
        let wishes = ["service", "client_id", "status"].map { QueryParameter($0) }
        return [
            Operation("subscribe", .post, Self.all, Parameters.namespace) { try await self.subscribe(&$0) },
            Operation("list_subscriptions", .get, Self.all, Parameters.namespace + wishes + Parameters.page) {
                try self.list(&$0)
            },
            Operation("get_subscription", .get, Self.one) { try self.get(&$0) },
            Operation("unsubscribe", .delete, Self.one) { try await self.unsubscribe(&$0) },
            Operation("revive_subscription", .post, "\(Self.one)/revive") { try await self.revive(&$0) },
        ]
    }

    private func subscribe(_ request: inout APIRequest) async throws -> Response {
        let namespace = request.query.namespace()
        try request.query.check()
        let actor = try request.exchange.actor()
        let (wish, warnings) = try await request.body(limit: self.context.configuration.bodyBytes)
            .read { bytes throws(JSONError) in
                try RequestBody.subscription(bytes, defaultNamespace: namespace)
            }
        try self.checkTarget(of: wish)
        var generator = SystemRandomNumberGenerator()
        let id = Self.makeID(using: &generator)
        let secret = wish.secret ?? WebhookSecret.make(using: &generator)
        let command = SubscriptionCommand(id: id, service: wish.service, .create(wish, secret: secret))
        let result = try await self.context.catalog.perform(.subscription(command), actor: actor)
        let answer = SubscriptionAnswer(
            subscription: SubscriptionDocument(try self.find(id)), secret: secret, revision: result.revision,
            warnings: warnings)
        var headers = self.context.headers(cache: "no-store")
        headers[.location] = "\(Self.all)/\(id)"
        return .json(.created, headers: headers) { $0.subscription(answer) }
    }

    /// Refuses a callback that no delivery could be made to, as far as its host shows that. Deliveries look again.
    private func checkTarget(of wish: SubscriptionRequest) throws(RegistryError) {
        // That it is a URL has been seen to.
        guard let callback = try? CallbackURL(wish.callback),
            let fault = self.context.configuration.outbound.fault(host: callback.host)
        else { return }
        throw .invalid([FieldError(field: "callback", message: "may not be called. \(fault)")])
    }

    /// 32 hexadecimal digits, chosen at random: nobody guesses one, and none comes up twice.
    private static func makeID(using generator: inout some RandomNumberGenerator) -> String {
        let text = String(UInt128.random(in: .min ... .max, using: &generator), radix: 16)
        return String(repeating: "0", count: 32 - text.count) + text
    }

    private func list(_ request: inout APIRequest) throws -> Response {
        var filter = SubscriptionFilter(namespace: request.query.namespaceOrAll())
        filter.service = request.query.text("service")
        filter.clientID = request.query.text("client_id")
        if let text = request.query.text("status") {
            filter.status = Subscription.Status(text)
            if filter.status == nil {
                let known = Subscription.Status.allCases.map(\.description).joined(separator: ", ")
                request.query.fail("status", "is \"\(FieldCheck.excerpt(text))\"; it is one of \(known)")
            }
        }
        let limit = request.query.limit()
        let after = request.query.subscriptionCursor()
        try request.query.check()
        let found = self.context.catalog.subscriptions(filter, after: after, limit: limit + 1)
        let next =
            found.count > limit ? Cursor([String(found[limit - 1].number)]).text(kind: Query.subscriptions) : nil
        return .json(headers: self.context.headers(), capacity: 512 * found.count + 256) { writer in
            writer.page(of: Field.subscriptions, nextCursor: next, revision: self.context.catalog.appliedRevision) {
                writer in
                for subscription in found.prefix(limit) {
                    writer.subscription(SubscriptionAnswer(subscription: SubscriptionDocument(subscription)))
                }
            }
        }
    }

    private func get(_ request: inout APIRequest) throws -> Response {
        try request.query.check()
        let document = SubscriptionDocument(try self.find(request.names["id"]))
        return .json(headers: self.context.headers()) { $0.subscription(SubscriptionAnswer(subscription: document)) }
    }

    private func unsubscribe(_ request: inout APIRequest) async throws -> Response {
        let result = try await self.change(&request, .remove)
        return self.context.deleted(at: result.revision)
    }

    private func revive(_ request: inout APIRequest) async throws -> Response {
        let result = try await self.change(&request, .revive)
        let answer = SubscriptionAnswer(
            subscription: SubscriptionDocument(try self.find(request.names["id"])), revision: result.revision)
        return .json(headers: self.context.headers(cache: "no-store")) { $0.subscription(answer) }
    }

    private func change(
        _ request: inout APIRequest, _ action: SubscriptionCommand.Action
    ) async throws -> CommandResult {
        try request.query.check()
        let actor = try request.exchange.actor()
        let subscription = try await self.findAnywhere(request.names["id"])
        let command = SubscriptionCommand(id: subscription.id, service: subscription.service, action)
        return try await self.context.catalog.perform(.subscription(command), actor: actor)
    }

    /// Another node may have taken it a moment ago.
    private func findAnywhere(_ id: String) async throws(RegistryError) -> Subscription {
        if let subscription = self.context.catalog.subscription(id) { return subscription }
        try await self.context.catalog.catchUp()
        return try self.find(id)
    }

    private func find(_ id: String) throws(RegistryError) -> Subscription {
        guard let subscription = self.context.catalog.subscription(id) else {
            throw self.context.absence(.unknownSubscription(id))
        }
        return subscription
    }
}

extension Query {
    fileprivate static let subscriptions = "subscriptions"

    /// The number of the last subscription of the page before; 0 for the first page.
    fileprivate mutating func subscriptionCursor() -> Int64 {
        guard let parts = self.cursor(kind: Self.subscriptions, parts: 1) else { return 0 }
        guard let number = Int64(decimal: parts[0]), number > 0 else {
            self.failCursor()
            return 0
        }
        return number
    }
}
