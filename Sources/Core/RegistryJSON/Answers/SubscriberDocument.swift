public import RegistryModel

/// Someone who reads a service, as an answer shows it. Kind and scope are text, since a newer server may know more of them.
public struct SubscriberDocument: Sendable, Hashable {
    /// Of a stream its watch's id, of a callback its subscription's.
    public var id: String
    /// `stream`, `blocking` or `webhook`.
    public var kind: String
    /// The name that it gave itself, else its address.
    public var client: String
    /// What it reads: `service`, `services`, `namespace` or `everything`.
    public var scope: String
    public var since: Timestamp?
    /// Up to here everything was written to it; nil before the first answer.
    public var delivered: Revision?
    /// Up to here it said that it has taken over what it was told; nil when it never did.
    public var confirmed: Revision?
    /// False while it is kept though nobody is connected.
    public var isConnected: Bool

    public init(
        id: String, kind: String, client: String, scope: String = "", since: Timestamp? = nil,
        delivered: Revision? = nil, confirmed: Revision? = nil, isConnected: Bool = true
    ) {
        self.id = id
        self.kind = kind
        self.client = client
        self.scope = scope
        self.since = since
        self.delivered = delivered
        self.confirmed = confirmed
        self.isConnected = isConnected
    }
}

/// The answer to Drain: who has taken over that the instance is about to leave. Of each subscriber id, kind and client are said.
public struct DrainAnswer: Sendable, Hashable {
    /// The commit from which on the instance is DRAINING.
    public var revision: Revision
    /// Whether nobody is left who may go on using it.
    public var isComplete: Bool
    public var confirmed: [SubscriberDocument]
    /// They were told, and have not confirmed it.
    public var delivered: [SubscriberDocument]
    /// They were not told yet.
    public var pending: [SubscriberDocument]
    /// They went away without a word.
    public var gone: [SubscriberDocument]
    /// The other nodes of the cluster, each of which answers for those who read there; empty when there are none.
    public var nodes: [DrainNodeDocument]

    public init(
        revision: Revision, isComplete: Bool, confirmed: [SubscriberDocument] = [],
        delivered: [SubscriberDocument] = [], pending: [SubscriberDocument] = [], gone: [SubscriberDocument] = [],
        nodes: [DrainNodeDocument] = []
    ) {
        self.revision = revision
        self.isComplete = isComplete
        self.confirmed = confirmed
        self.delivered = delivered
        self.pending = pending
        self.gone = gone
        self.nodes = nodes
    }
}

/// Another node of the cluster, and whether those who read there have taken over that the instance is about to leave.
public struct DrainNodeDocument: Sendable, Hashable {
    /// Of its data directory.
    public var node: String
    /// `informed`, `pending`, or `unknown` when it was lost meanwhile.
    public var standing: String

    /// The standing of a node whose readers have taken it over.
    public static let informed = "informed"

    public init(node: String, standing: String) {
        self.node = node
        self.standing = standing
    }
}
