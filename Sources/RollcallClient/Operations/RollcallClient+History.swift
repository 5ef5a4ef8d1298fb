import NIOHTTP1
public import RegistryJSON
import RegistryModel

/// Which records of the history are wanted. Every wish has to be met.
public struct HistoryQuery: Sendable, Hashable {
    public enum Order: String, Sendable, Hashable, CaseIterable {
        case ascending = "asc"
        case descending = "desc"
    }

    /// The name of a service in the client's namespace.
    public var service: String?
    /// The id of an instance.
    public var instance: String?
    /// As answers spell it: `register`, `expire`, ….
    public var cause: String?
    public var actor: String?
    /// A revision, or a time (RFC 3339); from it on.
    public var since: String?
    /// A revision, or a time (RFC 3339); up to it.
    public var until: String?
    /// The server's own choice when nil.
    public var order: Order?

    public init(
        service: String? = nil, instance: String? = nil, cause: String? = nil, actor: String? = nil,
        since: String? = nil, until: String? = nil, order: Order? = nil
    ) {
        self.service = service
        self.instance = instance
        self.cause = cause
        self.actor = actor
        self.since = since
        self.until = until
        self.order = order
    }
}

extension RollcallClient {
    /// A page of what changed in the client's namespace, or in all with `*`.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1,000; 100 when nil.
    ///   - cursor: `nextCursor` of the page before.
    public func history(
        _ query: HistoryQuery = HistoryQuery(), limit: Int? = nil, cursor: String? = nil
    ) async throws(RollcallClientError) -> Answer<Page<HistoryRecord>> {
        var target = RequestTarget("v1", "history")
        target.add(namespace: self.namespace)
        target.add("service", query.service)
        target.add("instance", query.instance)
        target.add("cause", query.cause)
        target.add("actor", query.actor)
        target.add("since", query.since)
        target.add("until", query.until)
        target.add("order", query.order?.rawValue)
        target.add("limit", limit.map { String($0) })
        target.add("cursor", cursor)
        return try await self.perform(self.get(target), AnswerBody.history)
    }
}
