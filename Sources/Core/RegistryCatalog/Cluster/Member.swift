public import RegistryModel

/// One process of a cluster.
public struct Member: Sendable, Hashable, Identifiable {
    /// By chance, when the process started: two processes on one data directory are two members.
    public var id: UInt64
    /// Tells earlier members from later ones: the store's position at which it joined. Nil before that.
    public var epoch: Int64?
    /// Of its data directory, so that a node is known again after a restart.
    public var node: String
    /// Where clients reach it, `host:port`.
    public var address: String
    public var version: String
    /// The latest schema of records that it knows.
    public var schema: Int
    public var startedAt: Timestamp

    public init(
        id: UInt64, epoch: Int64? = nil, node: String, address: String, version: String, schema: Int,
        startedAt: Timestamp
    ) {
        self.id = id
        self.epoch = epoch
        self.node = node
        self.address = address
        self.version = version
        self.schema = schema
        self.startedAt = startedAt
    }
}
