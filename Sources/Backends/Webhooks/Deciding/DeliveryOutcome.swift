/// What became of one try to deliver.
public struct DeliveryOutcome: Sendable, Hashable {
    /// The kinds that the metrics tell apart.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The receiver answered 2xx.
        case taken
        /// It answered something else.
        case refused
        /// It answered 3xx, which is not followed.
        case redirected
        /// It answered 410: it wants no more.
        case gone
        /// The outbound policy does not let us go there.
        case forbidden
        /// Its name has no address, or nobody listens there, or the connection broke.
        case unreachable
        /// It did not answer in time.
        case timeout
        /// The body would have been over the limit.
        case oversized

        /// Whether the receiver has answered.
        var isAnswer: Bool {
            switch self {
            case .taken, .refused, .redirected, .gone: true
            case .forbidden, .unreachable, .timeout, .oversized: false
            }
        }
    }

    public let kind: Kind
    /// Why it was not taken, in a sentence; empty when it was. Never anything that the receiver said but its status.
    public let error: String

    public init(_ kind: Kind, _ error: String = "") {
        self.kind = kind
        self.error = error
    }

    /// What a status means: only 2xx is a confirmation.
    init(status: Int) {
        switch status {
        case 200..<300: self.init(.taken)
        case 300..<400:
            self.init(.redirected, "The receiver answered \(status); redirects are not followed, give the final URL.")
        case 410: self.init(.gone, "The receiver answered 410, so nothing is sent until the subscription is revived.")
        default: self.init(.refused, "The receiver answered \(status); 2xx is expected.")
        }
    }
}
