/// How far the deliveries of a subscription have come: what moves in its record while it lives.
public struct DeliveryProgress: Sendable, Hashable {
    public var status: Subscription.Status
    /// The revision of the service that the receiver has taken last, 0 for one that did not exist; nil before the first.
    public var acknowledged: Revision?
    /// The highest number given to a delivery, taken or not; 0 before the first.
    public var sequence: Int64
    /// When a delivery was taken last.
    public var lastNotify: Timestamp?
    /// Why the last delivery was not taken, in a sentence; empty while all is well.
    public var error: String
    /// Deliveries in a row that were not taken.
    public var retryCount: Int
    /// Since when none was taken; nil while all is well.
    public var failingSince: Timestamp?

    public init(
        status: Subscription.Status = .active, acknowledged: Revision? = nil, sequence: Int64 = 0,
        lastNotify: Timestamp? = nil, error: String = "", retryCount: Int = 0, failingSince: Timestamp? = nil
    ) {
        self.status = status
        self.acknowledged = acknowledged
        self.sequence = sequence
        self.lastNotify = lastNotify
        self.error = error
        self.retryCount = retryCount
        self.failingSince = failingSince
    }

    /// Back to the start of trying: nothing speaks against the receiver, and what it has taken stands.
    public mutating func revive() {
        self.status = .active
        self.error = ""
        self.retryCount = 0
        self.failingSince = nil
    }
}
