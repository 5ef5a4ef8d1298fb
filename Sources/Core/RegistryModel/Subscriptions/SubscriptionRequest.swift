/// What a subscriber asks for.
public struct SubscriptionRequest: Sendable, Hashable {
    public var service: ServiceKey
    /// The name that the subscriber gives itself; may be empty.
    public var clientID: String
    /// See ``CallbackURL``.
    public var callback: String
    /// See ``WebhookSecret``; nil: one is to be made.
    public var secret: String?
    public var metadata: Metadata

    public init(
        service: ServiceKey, clientID: String = "", callback: String, secret: String? = nil, metadata: Metadata = [:]
    ) {
        self.service = service
        self.clientID = clientID
        self.callback = callback
        self.secret = secret
        self.metadata = metadata
    }

    /// Every field at fault. Where the callback leads is not looked at here.
    public func validate() -> [FieldError] {
        var check = FieldCheck()
        check.name(self.service.namespace, "namespace")
        check.name(self.service.name, "service_name")
        check.text(self.clientID, Limits.clientIDBytes, "client_id")
        if let fault = self.callbackFault { check.fail("callback", fault) }
        if let secret, let fault = WebhookSecret.fault(in: secret) { check.fail("secret", fault) }
        check.metadata(self.metadata, "metadata")
        return check.errors
    }

    private var callbackFault: String? {
        do {
            _ = try CallbackURL(self.callback)
            return nil
        } catch {
            return error.message
        }
    }
}
