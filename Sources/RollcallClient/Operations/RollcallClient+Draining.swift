import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// Says of an instance that it is about to leave, and waits until everybody who reads its service has taken that over. The
    /// answer says who has; it is no error that some have not.
    ///
    /// - Parameters:
    ///   - wait: 0 s to 5 min.
    ///   - incarnation: of the process that asks; an older one than that on the roll is refused.
    public func drain(
        _ instance: InstanceKey, wait: TimeSpan = .seconds(10), incarnation: Int64? = nil
    ) async throws(RollcallClientError) -> Answer<DrainAnswer> {
        var target = try self.target(of: instance, "drain")
        target.add("wait", wait.description)
        target.add("incarnation", incarnation.map { String($0) })
        return try await self.perform(
            HTTPTransport.Request(method: .POST, target: target, wait: wait.duration), AnswerBody.drain)
    }

    /// Takes a drain back: the instance is UP again. Returns the revision of that, where the server says it.
    ///
    /// A problem `conflict` says that it was not DRAINING.
    @discardableResult
    public func undrain(
        _ instance: InstanceKey, incarnation: Int64? = nil
    ) async throws(RollcallClientError) -> Revision? {
        var target = try self.target(of: instance, "drain")
        target.add("incarnation", incarnation.map { String($0) })
        let request = HTTPTransport.Request(method: .DELETE, target: target)
        return try await self.perform(request) { _ throws(JSONError) in () }.revision
    }

    /// A page of those who read a service now.
    ///
    /// - Parameters:
    ///   - limit: 1 to 1,000; 100 when nil.
    ///   - cursor: `nextCursor` of the page before.
    public func subscribers(
        of service: ServiceKey, limit: Int? = nil, cursor: String? = nil
    ) async throws(RollcallClientError) -> Answer<Page<SubscriberDocument>> {
        var target = try self.target(of: service, "subscribers")
        target.add("limit", limit.map { String($0) })
        target.add("cursor", cursor)
        return try await self.perform(self.get(target), AnswerBody.subscribers)
    }
}
