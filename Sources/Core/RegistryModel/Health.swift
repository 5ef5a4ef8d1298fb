/// What speaks against an instance, one bit for each kind of observation: it is UP only while none does, so the worst counts.
public struct HealthFaults: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Its heartbeats stayed out.
    public static let silence = HealthFaults(rawValue: 1)
    /// Its owner says that it is DOWN; holds until the owner says UP.
    public static let report = HealthFaults(rawValue: 2)
    /// A check that the registry makes fails.
    public static let probe = HealthFaults(rawValue: 4)
    /// What it reports of its resources is above the thresholds.
    public static let resource = HealthFaults(rawValue: 8)

    /// No check that the registry makes has passed yet.
    public static let unchecked = HealthFaults(rawValue: 16)

    /// What may be the registry's or the network's own fault, and so makes an instance suspect rather than gone.
    public static let doubtful: HealthFaults = [.silence, .probe]

    /// UNKNOWN while nothing but the first check is missing.
    public var state: HealthState { self.isEmpty ? .up : (self == .unchecked ? .unknown : .down) }
}

/// What is observed of an instance, since when, and by what cause. Committed when it changes, never with a mere heartbeat.
///
/// There may be a million of these: the order of the stored properties leaves no gaps.
public struct Health: Sendable, Hashable {
    public var since: Timestamp
    /// Why it is DOWN, in a sentence; empty while it is not.
    public var error: String
    public var state: HealthState
    /// What made it so.
    public var cause: Cause
    /// All that speaks against it now.
    public var faults: HealthFaults
    /// DOWN, but together with so many others that the registry may be the one that is cut off. Listed with a flag, not removed.
    public var isSuspect: Bool

    /// - Parameter faults: nil: what `state` and `cause` imply.
    public init(
        state: HealthState, cause: Cause, since: Timestamp, error: String = "", faults: HealthFaults? = nil,
        isSuspect: Bool = false
    ) {
        self.state = state
        self.cause = cause
        self.since = since
        self.error = error
        self.faults = faults ?? Self.implied(state, cause)
        self.isSuspect = isSuspect
    }

    /// What a DOWN stands for that was recorded without its faults, by a version that had only these two.
    private static func implied(_ state: HealthState, _ cause: Cause) -> HealthFaults {
        switch (state, cause) {
        case (.down, .report): .report
        case (.down, .probe): .probe
        case (.down, .resource): .resource
        case (.down, _): .silence
        case (.unknown, _): .unchecked
        case (.up, _): []
        }
    }

    /// With something more that speaks against it; nil when that is known already.
    ///
    /// - Parameter error: a sentence.
    public func adding(_ fault: HealthFaults, cause: Cause, error: String, at time: Timestamp) -> Health? {
        guard !self.faults.isSuperset(of: fault) else { return nil }
        let faults = self.faults.union(fault)
        let isDoubtful = faults.subtracting(.unchecked).isSubset(of: .doubtful)
        return Health(
            state: faults.state, cause: cause, since: self.state == faults.state ? self.since : time, error: error,
            faults: faults, isSuspect: self.isSuspect && isDoubtful)
    }

    /// Without what no longer speaks against it; nil when that did not. What is left is DOWN for its own reason.
    public func removing(_ faults: HealthFaults, cause: Cause, at time: Timestamp) -> Health? {
        let remaining = self.faults.subtracting(faults)
        guard remaining != self.faults else { return nil }
        guard remaining.state == .down else {
            let since = remaining.state == self.state ? self.since : time
            return Health(state: remaining.state, cause: cause, since: since, faults: remaining)
        }
        let (cause, error) = remaining.reason
        return Health(
            state: .down, cause: cause, since: self.since, error: error, faults: remaining,
            isSuspect: self.isSuspect)
    }
}

extension HealthFaults {
    /// The cause that stands for what is left of several, and a sentence for it.
    fileprivate var reason: (cause: Cause, error: String) {
        if self.contains(.report) { return (.report, "Its owner reports it DOWN.") }
        if self.contains(.probe) { return (.probe, "A check fails.") }
        if self.contains(.resource) { return (.resource, "It is short of resources.") }
        return (.expire, "Its heartbeats stayed out.")
    }
}
