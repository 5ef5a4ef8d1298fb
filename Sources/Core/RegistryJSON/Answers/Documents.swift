public import RegistryModel

/// The answer to Discover: the service, with the instances that the caller wants.
public struct DiscoverAnswer: Sendable, Hashable {
    public var services: [ServiceDocument]
    public var revision: Revision

    public init(services: [ServiceDocument], revision: Revision) {
        self.services = services
        self.revision = revision
    }
}

/// The answer to a write that concerns one instance: Register and Update.
public struct InstanceAnswer: Sendable, Hashable {
    /// Without its instances; nil where the answer does without.
    public var service: ServiceDocument?
    public var instance: Instance
    public var revision: Revision
    /// Paths of body fields that were not known and were ignored.
    public var warnings: [String]

    public init(service: ServiceDocument?, instance: Instance, revision: Revision, warnings: [String] = []) {
        self.service = service
        self.instance = instance
        self.revision = revision
        self.warnings = warnings
    }
}

/// What became of one item of a batch.
public enum BatchItem: Sendable, Hashable {
    /// - Parameter status: the HTTP status that the item would have had as a request of its own.
    case done(status: Int, key: InstanceKey, revision: Revision)
    case failed(ProblemDocument)
}

/// The answer to a batch: one result for each item, in their order.
public struct BatchAnswer: Sendable, Hashable {
    public var results: [BatchItem]
    public var revision: Revision
    public var warnings: [String]

    public init(results: [BatchItem], revision: Revision, warnings: [String] = []) {
        self.results = results
        self.revision = revision
        self.warnings = warnings
    }
}

/// The answer to many heartbeats: how many were taken, and the items that were not.
public struct HeartbeatAnswer: Sendable, Hashable {
    public var renewed: Int
    /// Not on the roll: register them again.
    public var unknown: [InstanceReference]
    /// A later incarnation took their place.
    public var stale: [InstanceReference]
    public var warnings: [String]

    public init(
        renewed: Int, unknown: [InstanceReference] = [], stale: [InstanceReference] = [], warnings: [String] = []
    ) {
        self.renewed = renewed
        self.unknown = unknown
        self.stale = stale
        self.warnings = warnings
    }
}

/// A page of a list, and where the next one begins.
public struct Page<Element: Sendable & Hashable>: Sendable, Hashable {
    public var elements: [Element]
    /// To be given back as `cursor`; nil at the end.
    public var nextCursor: String?

    public init(elements: [Element], nextCursor: String? = nil) {
        self.elements = elements
        self.nextCursor = nextCursor
    }
}

/// A namespace in the list of them.
public struct NamespaceDocument: Sendable, Hashable {
    public var name: String
    public var services: Int
    public var instances: Int

    public init(name: String, services: Int, instances: Int) {
        self.name = name
        self.services = services
        self.instances = instances
    }
}

/// What runs there.
public struct VersionDocument: Sendable, Hashable {
    public var version: String
    /// Made with the data; another one means another registry.
    public var registryID: String

    public init(version: String, registryID: String) {
        self.version = version
        self.registryID = registryID
    }
}
