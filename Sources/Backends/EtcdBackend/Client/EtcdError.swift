import GRPCCore

/// Why etcd did not do what it was asked.
struct EtcdError: Error, Hashable, CustomStringConvertible {
    /// Stable names: what a caller can do about it differs.
    enum Code: String, Sendable, Hashable {
        /// No member answers, or the connection broke.
        case unavailable
        /// The member answers, and has no leader to follow.
        case noLeader
        /// No answer within the time given.
        case timedOut
        /// etcd has more to do than it takes; it did not begin with this.
        case overloaded
        /// Name or password are wrong, missing, or not wanted.
        case unauthenticated
        /// The token has run out, or rests on rights that have changed since; a new one may do.
        case tokenExpired
        /// The user may not do this.
        case permissionDenied
        /// The quota is used up: nothing is written until it is raised or room is made, and the alarm lifted.
        case noSpace
        /// The revision asked for is compacted away.
        case compacted
        /// The revision asked for has not been reached: etcd holds less than it did before.
        case futureRevision
        case leaseNotFound
        /// Longer, or of more operations, than etcd takes.
        case tooLarge
        /// etcd takes its own data for damaged.
        case corrupt
        /// The certificates or the configuration of TLS cannot be used.
        case invalidTLS
        /// An answer that this program does not understand.
        case unexpectedAnswer
        /// Whoever asked has stopped waiting, or the client was stopped.
        case cancelled
        /// Anything else that etcd refuses.
        case refused
    }

    let code: Code
    /// What happened, in words that hold no secret.
    let message: String
    /// Whether etcd may have done it, or may do it yet. False: it certainly has not and will not.
    var mayTakeEffect: Bool

    init(_ code: Code, _ message: String, mayTakeEffect: Bool = false) {
        self.code = code
        self.message = message
        self.mayTakeEffect = mayTakeEffect
    }

    var description: String { "\(self.message) (\(self.code.rawValue))" }

    /// Whether another endpoint, or the same one later, may do better.
    var isTransient: Bool {
        switch self.code {
        case .unavailable, .noLeader, .timedOut, .overloaded: true
        default: false
        }
    }
}

extension EtcdError {
    /// What a failed call means.
    ///
    /// - Parameter wasSent: whether any of the request had left.
    init(_ error: RPCError, wasSent: Bool) {
        let known = Self.known.first { error.message.hasSuffix($0.text) }
        let code = known?.code ?? Self.code(of: error.code)
        // These come from checks before a request is proposed to the cluster: it was not and will not be carried out. Of room also the
        // member says that there is none which finds out while it carries the request out, and does so all the same.
        let isRefusal: Bool =
            switch code {
            case .unavailable, .noLeader, .timedOut, .cancelled, .unexpectedAnswer, .corrupt, .noSpace: false
            default: true
            }
        self.init(code, Self.sentence(error), mayTakeEffect: wasSent && !isRefusal)
    }

    /// etcd's own words for what gRPC's codes do not tell apart (package rpctypes of etcd 3.4).
    private static let known: [(text: String, code: Code)] = [
        ("required revision has been compacted", .compacted),
        ("required revision is a future revision", .futureRevision),
        ("database space exceeded", .noSpace),
        ("requested lease not found", .leaseNotFound),
        ("request is too large", .tooLarge),
        ("too many operations in txn request", .tooLarge),
        ("too many requests", .overloaded),
        ("no leader", .noLeader),
        ("invalid auth token", .tokenExpired),
        ("revision of auth store is old", .tokenExpired),
        ("user name is empty", .unauthenticated),
        ("authentication failed, invalid user ID or password", .unauthenticated),
        ("authentication is not enabled", .unauthenticated),
        ("permission denied", .permissionDenied),
        ("corrupt cluster", .corrupt),
    ]

    private static func code(of code: RPCError.Code) -> Code {
        switch code {
        case .unavailable, .aborted: .unavailable
        case .deadlineExceeded: .timedOut
        case .cancelled: .cancelled
        case .unauthenticated: .unauthenticated
        case .permissionDenied: .permissionDenied
        case .dataLoss: .corrupt
        case .internalError, .unknown: .unexpectedAnswer
        default: .refused
        }
    }

    private static func sentence(_ error: RPCError) -> String {
        var text = error.message
        if let cause = error.cause as? RPCError { text += ": \(cause.message)" }
        return text
    }
}
