import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// Decides on the status or weight of an instance, or of all instances of a service, whatever their owners say.
    public func override(
        _ key: OverrideKey, _ request: OverrideRequest
    ) async throws(RollcallClientError) -> Answer<OverrideDocument> {
        var writer = JSONWriter()
        writer.overrideRequest(request)
        let request = HTTPTransport.Request(method: .PUT, target: try self.target(of: key), body: writer.bytes)
        return try await self.perform(request, AnswerBody.override)
    }

    /// Takes such a decision back. Returns the revision at which it was gone, where the server says it.
    ///
    /// A problem `unknown_override` can also come of a first attempt that was carried out though its answer was lost.
    @discardableResult
    public func liftOverride(_ key: OverrideKey) async throws(RollcallClientError) -> Revision? {
        let request = HTTPTransport.Request(method: .DELETE, target: try self.target(of: key))
        return try await self.perform(request) { _ throws(JSONError) in () }.revision
    }

    /// A page of what operators decided in the client's namespace, or in all with `*`.
    ///
    /// - Parameters:
    ///   - service: only on this service and its instances.
    ///   - limit: 1 to 1,000; 100 when nil.
    ///   - cursor: `nextCursor` of the page before.
    public func overrides(
        service: String? = nil, limit: Int? = nil, cursor: String? = nil
    ) async throws(RollcallClientError) -> Answer<Page<OverrideDocument>> {
        var target = RequestTarget("v1", "overrides")
        target.add(namespace: self.namespace)
        target.add("service", service)
        target.add("limit", limit.map { String($0) })
        target.add("cursor", cursor)
        return try await self.perform(self.get(target), AnswerBody.overrides)
    }

    private func target(of key: OverrideKey) throws(RollcallClientError) -> RequestTarget {
        guard let id = key.instance else { return try self.target(of: key.service, "override") }
        return try self.target(of: InstanceKey(service: key.service, id: id), "override")
    }
}
