public import RegistryModel

/// Which instances of a service are wanted. Without any wish: those that are available.
public struct InstanceQuery: Sendable, Hashable {
    /// Which health is wanted.
    public enum HealthWish: Sendable, Hashable {
        /// All of them, whatever their status too.
        case any
        case state(HealthState)
    }

    /// All of them.
    public var tags: [String]
    /// One version, or a range such as `^1.2` or `>=1 <3`.
    public var version: String?
    public var zone: String?
    public var region: String?
    public var `protocol`: String?
    /// All of them, with exactly these values.
    public var metadata: Metadata
    public var status: InstanceStatus?
    public var health: HealthWish?

    public init(
        tags: [String] = [], version: String? = nil, zone: String? = nil, region: String? = nil,
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

    /// Those that are available.
    public static let available = InstanceQuery()

    /// Every instance there is.
    public static let everything = InstanceQuery(health: .any)

    func add(to target: inout RequestTarget) {
        for tag in self.tags { target.add("tag", tag) }
        target.add("version", self.version)
        target.add("zone", self.zone)
        target.add("region", self.region)
        target.add("protocol", self.protocol)
        for pair in self.metadata.pairs { target.add("metadata.\(pair.key)", pair.value) }
        target.add("status", self.status?.description)
        switch self.health {
        case nil: break
        case .any: target.add("health", "any")
        case .state(let state): target.add("health", state.description.lowercased())
        }
    }
}

/// A read that waits for something new.
public struct BlockingRead: Sendable, Hashable {
    /// The revision of the service that is known already. Nil, or zero for a service that was never seen, waits for it to appear.
    public var index: Revision?
    /// How long to wait; the server's default, 60 s, when nil. At most 10 minutes.
    public var wait: TimeSpan?

    public init(after index: Revision?, wait: TimeSpan? = nil) {
        self.index = index
        self.wait = wait
    }

    static let defaultWait = TimeSpan.seconds(60)

    /// The longest time the server may take: it adds up to a sixteenth, so that readers do not come back together.
    var longestWait: Duration { (self.wait ?? Self.defaultWait).duration * 17 / 16 }
}
