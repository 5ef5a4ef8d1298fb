import RollcallClient

/// One look at an instance from outside.
struct TargetSight {
    var key: InstanceKey
    var health: HealthState
    var asked: ContinuousClock.Instant
    var answered: ContinuousClock.Instant
}

/// Holds what was seen against what is true: no healthy target is DOWN, no dead one UP beyond the bound, and discovery is never empty.
struct TargetChecker {
    let bound: NoticeBound
    /// Faults of the registry.
    private(set) var violations: [String] = []
    /// What would have been one, while the machine stood still for so long that a target may not have answered in time.
    private(set) var excused = 0
    private(set) var sights = 0
    /// Sights that would have been violations, had they been otherwise.
    private(set) var claimsWell = 0
    private(set) var claimsIll = 0
    /// When the machine stood still.
    private var stalls: [(time: ContinuousClock.Instant, length: Duration)] = []

    init(bound: NoticeBound) { self.bound = bound }

    mutating func stalled(for length: Duration, at time: ContinuousClock.Instant) {
        if length >= self.bound.timeout / 2 { self.stalls.append((time, length)) }
    }

    mutating func see(_ sight: TargetSight, _ truth: TargetTruth) {
        guard let (state, since) = truth.state(of: sight.key) else { return }
        self.sights += 1
        switch state {
        case .well where since + self.bound.up <= sight.asked:
            self.claimsWell += 1
            if sight.health != .up { self.accuse("\(sight.key) is well and was seen \(sight.health)", sight, since) }
        case .ill where since + self.bound.down <= sight.asked:
            self.claimsIll += 1
            if sight.health == .up { self.accuse("\(sight.key) is dead and was seen UP", sight, since) }
        default: break
        }
    }

    /// - Parameter available: what discovery listed.
    mutating func see(available: [InstanceKey], of service: ServiceKey, hasBeenFull: Bool) {
        if hasBeenFull, available.isEmpty { self.violations.append("P7: nothing of \(service) is listed") }
    }

    private mutating func accuse(_ what: String, _ sight: TargetSight, _ since: ContinuousClock.Instant) {
        let reach = self.bound.down
        if self.stalls.contains(where: {
            $0.time + $0.length + reach >= sight.asked && $0.time - $0.length <= sight.answered
        }) {
            self.excused += 1
        } else {
            self.violations.append("\(what), \(sight.asked - since) after it became so")
        }
    }
}
