public import RegistryModel

/// What the other nodes of a cluster are to a catalogue. A catalogue that is alone has none.
public protocol ClusterLink: Sendable {
    /// As it signs its digests.
    var memberID: UInt64 { get }

    /// Tells the others that these instances beat. `completion` is called once, on whatever thread: with nil when the beats are where no
    /// node can miss them, and this node has taken everything that was committed before that; else with why it is not so, at the latest soon
    /// after `deadline` (monotonic milliseconds).
    func announce(_ beats: [Int64], deadline: Int64, completion: @escaping @Sendable (RegistryError?) -> Void)

    /// How many members come before this node when something is to be done about a service: 0, it is this node's turn.
    func rank(for service: ServiceKey) -> Int

    /// Whether this node has not heard of itself for so long that it cannot judge who is silent. Monotonic milliseconds.
    func isCutOff(now: Int64) -> Bool

    /// How long ago this node last heard of itself; zero while it is not cut off. Monotonic milliseconds.
    func silence(now: Int64) -> TimeSpan

    /// Whether there may have been beats beside those in these events, which come next: one is missing, or all were read anew.
    func mayMissBeats(in events: [ClusterEvent]) -> Bool

    /// What the nodes said, in order. The catalogue shows everything up to `basis`, and its readers are told or known to be pending.
    func take(_ events: [ClusterEvent], basis: DigestBasis)

    /// Of every other member: whether its readers have taken over what was committed.
    func standing(of drain: Digest.PendingDrain) -> [DrainReport.Node]
}

/// What a catalogue contributes to a digest.
public struct DigestBasis: Sendable, Hashable {
    /// Up to here its readers are told, or among those whom `drains` names.
    public var applied: Revision
    public var hash: StateHash

    public init(applied: Revision, hash: StateHash) {
        self.applied = applied
        self.hash = hash
    }
}
