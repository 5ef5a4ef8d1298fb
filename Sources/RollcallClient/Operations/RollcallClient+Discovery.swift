import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// The service with those of its instances that are wanted.
    ///
    /// - Parameters:
    ///   - blocking: answer only when the service's revision is above the index, or after the wait.
    ///   - consistent: read what any node has acknowledged, not only this one.
    /// - Throws: a problem `unknown_service` for one that was never seen.
    public func discover(
        _ service: ServiceKey, _ query: InstanceQuery = .available, blocking: BlockingRead? = nil,
        consistent: Bool = false
    ) async throws(RollcallClientError) -> Answer<DiscoverAnswer> {
        var target = try self.target(of: service)
        query.add(to: &target)
        target.add("index", blocking?.index?.description)
        target.add("wait", blocking?.wait?.description)
        if consistent { target.add("consistent", "true") }
        return try await self.perform(self.get(target, wait: blocking?.longestWait ?? .zero), AnswerBody.discover)
    }

    /// One instance for one call, chosen by the server, and why.
    ///
    /// - Parameters:
    ///   - strategy: `random`, `round_robin` or `weight`; the server's own choice when nil.
    ///   - key: what keeps callers with the same key together, for strategies that do.
    public func select(
        _ service: ServiceKey, _ query: InstanceQuery = .available, strategy: String? = nil, key: String? = nil
    ) async throws(RollcallClientError) -> Answer<SelectionDocument> {
        var target = try self.target(of: service, "select")
        query.add(to: &target)
        target.add("strategy", strategy)
        target.add("key", key)
        return try await self.perform(self.get(target), AnswerBody.selection)
    }

    /// Every instance of a service, whether the query lists it or not, at which stage and why; and who left lately.
    ///
    /// - Parameter instance: the only one to tell of; nil: all.
    public func explain(
        _ service: ServiceKey, _ query: InstanceQuery = .available, instance: String? = nil
    ) async throws(RollcallClientError) -> Answer<ExplanationDocument> {
        var target = try self.target(of: service, "explain")
        query.add(to: &target)
        target.add("instance", instance)
        return try await self.perform(self.get(target), AnswerBody.explanation)
    }

    /// A page of the services of the client's namespace, or of all with `*`, in the order of their names.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1,000; 100 when nil.
    ///   - cursor: `nextCursor` of the page before.
    public func services(
        prefix: String? = nil, limit: Int? = nil, cursor: String? = nil
    ) async throws(RollcallClientError) -> Answer<Page<ServiceDocument>> {
        var target = RequestTarget("v1", "services")
        target.add(namespace: self.namespace)
        target.add("prefix", prefix)
        target.add("limit", limit.map { String($0) })
        target.add("cursor", cursor)
        return try await self.perform(self.get(target), AnswerBody.services)
    }

    /// Every namespace, with its size.
    public func namespaces() async throws(RollcallClientError) -> Answer<[NamespaceDocument]> {
        try await self.perform(self.get(RequestTarget("v1", "namespaces")), AnswerBody.namespaces)
    }

    /// What runs there.
    public func version() async throws(RollcallClientError) -> Answer<VersionDocument> {
        try await self.perform(self.get(RequestTarget("v1", "version")), AnswerBody.version)
    }
}
