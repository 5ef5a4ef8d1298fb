public import RegistryModel

/// What an operator can set about the cluster. Every default is in its comment.
public struct ClusterSettings: Sendable, Hashable {
    /// How long a heartbeat waits to be where no node can miss it (`registry.timeout`): 5 s.
    public var timeout = TimeSpan.seconds(5)
    /// Whether the store's old revisions are forgotten (`etcd.compaction`): true. Off where others share the store.
    public var compacts = true
    /// How far back they are kept: 5 minutes.
    public var keepsRevisions = TimeSpan.minutes(5)

    public init() {}
}
