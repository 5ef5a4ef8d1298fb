public import RegistryModel

/// A service as every answer shows it.
public struct ServiceDocument: Sendable, Hashable {
    /// Its record. `number` and `emptySince` are the server's own and not in an answer: a reader gets 0 and nil.
    public var service: Service
    public var status: ServiceStatus
    /// The highest version among its instances; empty when there is none.
    public var version: String
    /// How many of its instances have each version.
    public var versions: [VersionCount]
    /// How many of its instances are suspect; told only while the service is protected.
    public var suspects: Int
    /// Nil in lists, which do without.
    public var instances: [Instance]?

    public init(
        service: Service, status: ServiceStatus, version: String = "", versions: [VersionCount] = [],
        suspects: Int = 0, instances: [Instance]? = nil
    ) {
        self.service = service
        self.status = status
        self.version = version
        self.versions = versions
        self.suspects = suspects
        self.instances = instances
    }

    /// What a watch shows for a service that does not exist: no instances, at revision 0, and no times.
    public static func absent(_ key: ServiceKey) -> ServiceDocument {
        ServiceDocument(
            service: Service(key: key, number: 0, createdAt: .epoch, updatedAt: .epoch, revision: .zero),
            status: ServiceStatus(state: ServiceStatus.empty, health: .unknown), instances: [])
    }
}

/// How a service is, taken over its instances.
public struct ServiceStatus: Sendable, Hashable {
    public static let active = "active"
    public static let empty = "empty"
    public static let outOfService = "out_of_service"

    /// `active`, `empty`, `out_of_service`, or what a newer server says.
    public var state: String
    /// UP if any instance is available, UNKNOWN if none was ever checked, else DOWN.
    public var health: HealthState
    /// How many instances it has, available or not.
    public var instances: Int
    /// The last beat or check of any instance; nil when unknown, and where it would spoil an `ETag`.
    public var lastCheck: Timestamp?
    /// Why its health is not UP, in a sentence; empty otherwise.
    public var error: String

    public init(state: String, health: HealthState, instances: Int = 0, lastCheck: Timestamp? = nil, error: String = "")
    {
        self.state = state
        self.health = health
        self.instances = instances
        self.lastCheck = lastCheck
        self.error = error
    }
}

/// How many instances of a service have one version.
public struct VersionCount: Sendable, Hashable {
    public var version: String
    public var count: Int

    public init(version: String, count: Int) {
        self.version = version
        self.count = count
    }
}
