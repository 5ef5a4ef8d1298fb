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
        self.matchesAvailability(instance) && self.matchesSpec(instance.spec)
    }

    private func matchesAvailability(_ instance: Instance) -> Bool {
        switch self.health {
        case nil:
            // Who asks for nothing in particular is also given those that may be well; answers list them last.
            if instance.health.state != .up, !instance.health.isSuspect { return false }
        case .state(let state): if instance.health.state != state { return false }
        case .any: break
        }
        if let status { return instance.status == status }
        return self.health != nil || instance.status == .up
    }

    private func matchesSpec(_ spec: InstanceSpec) -> Bool {
        for tag in self.tags where !spec.tags.contains(tag) { return false }
        if let version, !version.matches(spec.version) { return false }
        if let zone, spec.locality.zone != zone { return false }
        if let region, spec.locality.region != region { return false }
        if let wanted = self.protocol, spec.protocol != wanted { return false }
        for pair in self.metadata.pairs where spec.metadata[pair.key] != pair.value { return false }
        return true
    }
}
