import HTTPSupport
import HTTPTypes
import HummingbirdCore
import RegistryCatalog
import RegistryModel

/// Watch: a stream of what changes in the view of some services, or of all.
struct WatchRoutes {
    let context: APIContext

    var operations: [Operation] {
        let parameters =
            Parameters.namespace + [QueryParameter("service", .repeated), QueryParameter("index")]
            + FilterParameters.all
        return [
            Operation("watch", .get, "/v1/watch", parameters) { try await self.watch(&$0) }
        ]
    }

    private func watch(_ request: inout APIRequest) async throws -> Response {
        let scope = request.query.scope(limit: self.context.configuration.maximumWatchedServices)
        let filter = request.query.filter()
        let index = request.query.revision("index")
        try request.query.check()
        guard let scope else { throw RegistryError(.internalError, "A watch without a scope was not refused.") }
        let from = try request.revision(in: .lastEventID) ?? index
        let client = try request.exchange.actor()
        try await self.context.awaitRevision(from)
        let permit = WatchPermit(
            self.context.metrics.openWatches, limit: self.context.configuration.maximumWatches)
        guard let permit else {
            throw RegistryError(
                .shed, "As many watches are open as this server allows; watch several services with one, or try later.",
                retryAfter: .seconds(5))
        }
        let watch = self.context.catalog.watch(scope, from: from, client: client)
        let reader = ReaderName(client: client, address: request.exchange.peer)
        let ticket = self.context.catalog.subscribers.begin(
            watch, reader, where: filter, resumed: self.context.knownRevision(from))
        return self.response(to: request.exchange, watch, filter, permit, ticket)
    }

    private func response(
        to exchange: Exchange, _ watch: Watch, _ filter: InstanceFilter, _ permit: WatchPermit,
        _ ticket: SubscriberTicket
    ) -> Response {
        var headers = self.context.headers(cache: "no-cache")
        headers[.contentType] = "text/event-stream"
        headers[.rollcallWatchID] = watch.id
        let sentBytes = Counter()
        exchange.streamedBytes = sentBytes
        exchange.waits = true
        let stream = WatchStream(
            watch: watch, filter: filter, encodings: self.context.events,
            keepAliveInterval: self.context.configuration.keepAliveInterval, channel: exchange.channel,
            sentBytes: sentBytes, notes: self.context.notes(of: ticket, self.context.metrics.propagation.stream),
            permit: permit)
        return Response(status: .ok, headers: headers, body: ResponseBody { try await stream.send(to: &$0) })
    }
}

extension Query {
    /// Which services are watched; nil after a fault.
    fileprivate mutating func scope(limit: Int) -> WatchScope? {
        var names = self.texts("service")
        let namespace = self.namespaceOrAll()
        if names == ["*"] { return namespace.map { .namespace($0) } ?? .everything }
        if names.isEmpty { self.fail("service", "is missing; name a service, several, or * for all") }
        if namespace == nil {
            self.fail("namespace", "is *; that goes with service=* only, so name the namespace of these services")
        }
        var seen: Set<String> = []
        names.removeAll { !seen.insert($0).inserted }
        if names.count > limit { self.fail("service", "is given \(names.count) times; one watch has at most \(limit)") }
        for name in names {
            if let fault = Names.fault(in: name, allowingBrackets: false) { self.fail("service", fault) }
        }
        guard self.errors.isEmpty, let namespace else { return nil }
        return .services(names.map { ServiceKey(namespace: namespace, name: $0) })
    }
}
