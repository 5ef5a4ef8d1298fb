import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// Has a callback told of every change of a service. The answer has the secret that deliveries are signed with; no other has.
    ///
    /// Asked again because an answer was lost, it may make two: see ``subscriptions(service:clientID:status:limit:cursor:)``.
    public func subscribe(
        _ request: SubscriptionRequest
    ) async throws(RollcallClientError) -> Answer<SubscriptionAnswer> {
        var post = self.post(RequestTarget("v1", "subscriptions")) { $0.subscriptionRequest(request) }
        post.isRepeatable = false
        return try await self.perform(post, AnswerBody.subscription)
    }

    /// A page of the subscriptions of the client's namespace, or of all with `*`, in the order in which they were made.
    ///
    /// - Parameters:
    ///   - status: `active`, `retrying` or `failed`.
    ///   - limit: 1 to 1,000; 100 when nil.
    ///   - cursor: `nextCursor` of the page before.
    public func subscriptions(
        service: String? = nil, clientID: String? = nil, status: Subscription.Status? = nil, limit: Int? = nil,
        cursor: String? = nil
    ) async throws(RollcallClientError) -> Answer<Page<SubscriptionDocument>> {
        var target = RequestTarget("v1", "subscriptions")
        target.add(namespace: self.namespace)
        target.add("service", service)
        target.add("client_id", clientID)
        target.add("status", status?.description)
        target.add("limit", limit.map { String($0) })
        target.add("cursor", cursor)
        return try await self.perform(self.get(target), AnswerBody.subscriptions)
    }

    /// One subscription, and how its deliveries go. Throws a problem `unknown_subscription`.
    public func subscription(_ id: String) async throws(RollcallClientError) -> Answer<SubscriptionAnswer> {
        try await self.perform(self.get(try Self.target(ofSubscription: id)), AnswerBody.subscription)
    }

    /// Removes a subscription. Returns the revision at which it was gone, where the server says it.
    @discardableResult
    public func unsubscribe(_ id: String) async throws(RollcallClientError) -> Revision? {
        let request = HTTPTransport.Request(method: .DELETE, target: try Self.target(ofSubscription: id))
        return try await self.perform(request) { _ throws(JSONError) in () }.revision
    }

    /// Tries the deliveries of a subscription again at once, also of one that has failed.
    public func reviveSubscription(_ id: String) async throws(RollcallClientError) -> Answer<SubscriptionAnswer> {
        let request = HTTPTransport.Request(method: .POST, target: try Self.target(ofSubscription: id, "revive"))
        return try await self.perform(request, AnswerBody.subscription)
    }

    /// An empty id would make another path.
    private static func target(
        ofSubscription id: String, _ more: String...
    ) throws(RollcallClientError) -> RequestTarget {
        guard !id.isEmpty else {
            throw RollcallClientError(.badConfiguration, "The id of the subscription is empty; give one.")
        }
        return RequestTarget(["v1", "subscriptions", id] + more)
    }
}
