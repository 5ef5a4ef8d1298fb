public import NIOCore
public import RegistryModel

/// One delivery, ready to be sent.
public struct WebhookMessage: Sendable {
    /// The same for every try of one delivery, and for no other.
    public let id: String
    /// Where to.
    public let callback: CallbackURL
    /// The bytes that it is signed with.
    public let key: [UInt8]
    /// JSON, in parts, so that what many deliveries have in common is in memory once.
    public let body: [ByteBuffer]

    public init(id: String, callback: CallbackURL, key: [UInt8], body: [ByteBuffer]) {
        self.id = id
        self.callback = callback
        self.key = key
        self.body = body
    }
}

/// Sends deliveries. One try, no retries, no redirects.
public protocol WebhookSender: Sendable {
    /// Returns once it is known what became of it, and soon after its task is cancelled; then the outcome says nothing.
    func send(_ message: WebhookMessage) async -> DeliveryOutcome
}
