public import RegistryModel

/// What a snapshot's instances say of their service.
public struct ServiceSummary: Sendable, Hashable {
    public enum State: Sendable, Hashable, CustomStringConvertible {
        case active
        case empty
        case outOfService

        public var description: String {
            switch self {
            case .active: "active"
            case .empty: "empty"
            case .outOfService: "out_of_service"
            }
        }
    }

    /// How many instances have one version.
    public struct VersionCount: Sendable, Hashable {
        public var version: String
        public var count: Int
    }

    public var state: State
    /// UP if any instance is available, UNKNOWN if none was ever checked, else DOWN.
    public var health: HealthState
    /// The highest among its instances; empty when there is none.
    public var version: String
    /// Highest first; versions that are not semantic come last.
    public var versions: [VersionCount]
    public var instances: Int
    public var available: Int
    /// DOWN, and listed by default with a flag.
    public var suspects: Int
    /// Why no instance is available, in a sentence; empty when one is.
    public var error: String

    init(of instances: [InstanceRecord]) {
        var counts: [String: Int] = [:]
        self.instances = instances.count
        self.available = 0
        self.suspects = 0
        var unknown = 0
        var outOfService = 0
        for record in instances {
            counts[record.instance.spec.version, default: 0] += 1
            if record.instance.isAvailable { self.available += 1 }
            if record.instance.isSuspect { self.suspects += 1 }
            if record.instance.health.state == .unknown { unknown += 1 }
            if record.instance.status == .outOfService { outOfService += 1 }
        }
        self.versions =
            counts.map { (counted: VersionCount(version: $0.key, count: $0.value), parsed: Version($0.key)) }
            .sorted { Self.isHigher($0, $1) }
            .map(\.counted)
        self.version = self.versions.first?.version ?? ""
        self.state = instances.isEmpty ? .empty : (outOfService == instances.count ? .outOfService : .active)
        if self.available > 0 {
            self.health = .up
            self.error = ""
        } else {
            self.health = unknown == instances.count ? .unknown : .down
            self.error = Self.explanation(of: instances)
        }
    }

    private static func isHigher(
        _ left: (counted: VersionCount, parsed: Version?), _ right: (counted: VersionCount, parsed: Version?)
    ) -> Bool {
        switch (left.parsed, right.parsed) {
        case (let first?, let second?) where first != second: first > second
        case (_?, nil): true
        case (nil, _?): false
        default: left.counted.version > right.counted.version
        }
    }

    private static func explanation(of instances: [InstanceRecord]) -> String {
        guard !instances.isEmpty else { return "It has no instance." }
        var down = 0
        var suspect = 0
        var withheld = 0
        for record in instances {
            if record.instance.isSuspect { suspect += 1 } else if record.instance.health.state == .down { down += 1 }
            if record.instance.health.state == .up { withheld += 1 }
        }
        let unknown = instances.count - down - suspect - withheld
        let parts = [
            (suspect, "DOWN and suspect"), (down, "DOWN"), (withheld, "not in status UP"), (unknown, "not checked yet"),
        ]
        let text = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return "None of its \(instances.count) instances is available: \(text)."
    }
}

/// A namespace, and how much is in it.
public struct NamespaceSummary: Sendable, Hashable {
    public var name: String
    public var services: Int
    public var instances: Int

    init(name: String) {
        self.name = name
        self.services = 0
        self.instances = 0
    }
}
