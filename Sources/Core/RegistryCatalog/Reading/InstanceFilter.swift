public import RegistryModel

/// Which instances of a service a caller wants. Pure; the same for discover, select and watch.
public struct InstanceFilter: Sendable, Hashable {
    /// Which health is wanted; `any` also lifts the wish for status `UP`.
    public enum HealthWish: Sendable, Hashable {
        case any
        case state(HealthState)
    }

    /// All of them.
    public var tags: [String]
    public var version: VersionFilter?
    public var zone: String?
    public var region: String?
    public var `protocol`: String?
    /// All of them, with exactly these values.
    public var metadata: Metadata
    /// Nil: `UP`, unless a health is wished for.
    public var status: InstanceStatus?
    /// Nil: `UP`.
    public var health: HealthWish?

    public init(
        tags: [String] = [], version: VersionFilter? = nil, zone: String? = nil, region: String? = nil,
        protocol: String? = nil, metadata: Metadata = [:], status: InstanceStatus? = nil, health: HealthWish? = nil
    ) {
        self.tags = tags
        self.version = version
        self.zone = zone
        self.region = region
        self.protocol = `protocol`
        self.metadata = metadata
        self.status = status
        self.health = health
    }

    /// Every available instance.
    public static let available = InstanceFilter()

    /// Every instance there is.
    public static let everything = InstanceFilter(health: .any)

    public func matches(_ instance: Instance) -> Bool {
        self.acceptsHealth(of: instance) && self.acceptsStatus(of: instance) && self.mismatch(instance.spec) == nil
    }

    /// Whether its health is wanted.
    func acceptsHealth(of instance: Instance) -> Bool {
        switch self.health {
        // Who asks for nothing in particular is also given those that may be well; answers list them last.
        case nil: instance.health.state == .up || instance.isSuspect
        case .state(let state): instance.health.state == state
        case .any: true
        }
    }

    /// Whether its effective status is wanted.
    func acceptsStatus(of instance: Instance) -> Bool {
        if let status { return instance.status == status }
        return self.health != nil || instance.status == .up
    }

    /// What of its owner's fields is not as wanted; nil when all is.
    func mismatch(_ spec: InstanceSpec) -> Mismatch? {
        for tag in self.tags where !spec.tags.contains(tag) { return .tag(tag) }
        if let version, !version.matches(spec.version) { return .version }
        if let zone, spec.locality.zone != zone { return .zone }
        if let region, spec.locality.region != region { return .region }
        if let wanted = self.protocol, spec.protocol != wanted { return .protocol }
        for pair in self.metadata.pairs where spec.metadata[pair.key] != pair.value { return .metadata(pair.key) }
        return nil
    }

    /// A wish that an instance does not meet.
    enum Mismatch: Sendable, Hashable {
        case tag(String)
        case version
        case zone
        case region
        case `protocol`
        case metadata(String)
    }
}
