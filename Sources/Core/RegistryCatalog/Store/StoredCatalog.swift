public import RegistryModel

/// What a store holds when it is opened.
public struct StoredCatalog: Sendable {
    /// Made with the data, and never changed.
    public var registryID: String
    /// The newest commit.
    public var revision: Revision
    public var services: [Service]
    /// Instances with the number of their service (``Service/number``), in any order.
    public var instances: [StoredInstance]
    public var tombstones: [StoredTombstone]
    public var overrides: [StoredOverride]
    public var subscriptions: [Subscription]
    /// Above every number ever given to a row.
    public var nextNumber: Int64
    /// Numbers that this process may give to rows; nil: all from ``nextNumber`` on.
    public var numbers: Range<Int64>?
    /// The nodes of the cluster as they are.
    public var events: [ClusterEvent] = []

    public init(
        registryID: String, revision: Revision, services: [Service], instances: [StoredInstance],
        tombstones: [StoredTombstone], overrides: [StoredOverride] = [], subscriptions: [Subscription] = [],
        nextNumber: Int64
    ) {
        self.registryID = registryID
        self.revision = revision
        self.services = services
        self.instances = instances
        self.tombstones = tombstones
        self.overrides = overrides
        self.subscriptions = subscriptions
        self.nextNumber = nextNumber
    }
}

public struct StoredInstance: Sendable, Hashable {
    /// ``Service/number`` of its service.
    public var service: Int64
    public var instance: Instance

    public init(service: Int64, instance: Instance) {
        self.service = service
        self.instance = instance
    }
}

public struct StoredTombstone: Sendable, Hashable {
    /// The service's key: a tombstone may outlive its service.
    public var service: ServiceKey
    public var tombstone: Tombstone

    public init(service: ServiceKey, tombstone: Tombstone) {
        self.service = service
        self.tombstone = tombstone
    }
}

public struct StoredOverride: Sendable, Hashable {
    /// What it is about, which it may outlive.
    public var key: OverrideKey
    public var override: Override

    public init(key: OverrideKey, override: Override) {
        self.key = key
        self.override = override
    }
}
