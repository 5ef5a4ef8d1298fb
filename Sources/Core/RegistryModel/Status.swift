/// What the owner of an instance, or an operator, says of it.
public enum InstanceStatus: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case up = 1
    case starting = 2
    case draining = 3
    case outOfService = 4

    /// The spelling in every answer.
    public var description: String {
        switch self {
        case .up: "UP"
        case .starting: "STARTING"
        case .draining: "DRAINING"
        case .outOfService: "OUT_OF_SERVICE"
        }
    }

    /// Reads the spelling in any case; nil for anything else.
    public init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.description == text.uppercased() }) else { return nil }
        self = match
    }
}

/// What was observed of an instance.
public enum HealthState: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case up = 1
    case down = 2
    case unknown = 3

    public var description: String {
        switch self {
        case .up: "UP"
        case .down: "DOWN"
        case .unknown: "UNKNOWN"
        }
    }

    /// Reads the spelling in any case; nil for anything else.
    public init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.description == text.uppercased() }) else { return nil }
        self = match
    }
}
