public import RegistryModel

/// A subscription as every answer shows it. It has no place for the secret.
public struct SubscriptionDocument: Sendable, Hashable {
    public var id: String
    public var service: ServiceKey
    public var clientID: String
    public var callback: String
    public var metadata: Metadata
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// How its deliveries go.
    public var progress: DeliveryProgress

    public init(
        id: String, service: ServiceKey, clientID: String = "", callback: String, metadata: Metadata = [:],
        createdAt: Timestamp, updatedAt: Timestamp, progress: DeliveryProgress = DeliveryProgress()
    ) {
        self.id = id
        self.service = service
        self.clientID = clientID
        self.callback = callback
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.progress = progress
    }

    public init(_ subscription: Subscription) {
        self.init(
            id: subscription.id, service: subscription.service, clientID: subscription.clientID,
            callback: subscription.callback, metadata: subscription.metadata, createdAt: subscription.createdAt,
            updatedAt: subscription.updatedAt, progress: subscription.progress)
    }
}

/// A subscription with what only the answer to a write has.
public struct SubscriptionAnswer: Sendable, Hashable {
    public var subscription: SubscriptionDocument
    /// What deliveries are signed with: told once, when it is made; nil ever after.
    public var secret: String?
    /// Of the write; nil in the answer to a read.
    public var revision: Revision?
    /// Paths of body fields that were not known and were ignored.
    public var warnings: [String]

    public init(
        subscription: SubscriptionDocument, secret: String? = nil, revision: Revision? = nil, warnings: [String] = []
    ) {
        self.subscription = subscription
        self.secret = secret
        self.revision = revision
        self.warnings = warnings
    }
}
