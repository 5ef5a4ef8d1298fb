/// A callback that is told of every change of a service: a record of its own, which outlives restarts.
public struct Subscription: Sendable, Hashable {
    public enum Status: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// The last delivery was taken, or none was needed yet.
        case active = 1
        /// The last delivery was not taken; it is tried again.
        case retrying = 2
        /// Deliveries were not taken for too long; nothing is tried until it is revived.
        case failed = 3

        public var description: String {
            switch self {
            case .active: "active"
            case .retrying: "retrying"
            case .failed: "failed"
            }
        }

        public init?(_ text: String) {
            guard let match = Self.allCases.first(where: { $0.description == text }) else { return nil }
            self = match
        }
    }

    public let id: String
    /// The key of its row, given out once.
    public var number: Int64
    public var revision: Revision
    public var service: ServiceKey
    /// The name that the subscriber gave itself; may be empty.
    public var clientID: String
    /// An absolute `http` or `https` URL.
    public var callback: String
    /// What deliveries are signed with, `whsec_` and base64. Shown once, when it is made; never logged, never returned again.
    public var secret: String
    public var metadata: Metadata
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// How often it was revived: what deliveries before that come to says nothing of it any more.
    public var revivals: Int64
    public var progress: DeliveryProgress

    public init(
        id: String, number: Int64, revision: Revision = .zero, service: ServiceKey, clientID: String = "",
        callback: String, secret: String, metadata: Metadata = [:], createdAt: Timestamp, updatedAt: Timestamp,
        revivals: Int64 = 0, progress: DeliveryProgress = DeliveryProgress()
    ) {
        self.id = id
        self.number = number
        self.revision = revision
        self.service = service
        self.clientID = clientID
        self.callback = callback
        self.secret = secret
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revivals = revivals
        self.progress = progress
    }
}
