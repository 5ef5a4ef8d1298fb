import RollcallClient

/// One look at an instance from outside.
struct TargetSight {
    var key: InstanceKey
    var health: HealthState
    var asked: ContinuousClock.Instant
    var answered: ContinuousClock.Instant
}

/// Holds what was seen and what was recorded against what is true: no healthy target is ever DOWN, no dead one UP beyond the bound, and
/// discovery is never empty.
struct TargetChecker {
    let bound: NoticeBound
    var stalls: Stalls
    private(set) var sights = 0
    /// Sights that would have been violations, had they been otherwise.
    private(set) var claimsWell = 0
    private(set) var claimsIll = 0
    /// Times at which something was found DOWN, or left a watch's view.
    private(set) var losses = 0
    private var violations: [String] = []
    private var accusations: [Accusation] = []

    init(bound: NoticeBound) {
        self.bound = bound
        self.stalls = Stalls(shortest: bound.timeout / 2)
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

    /// Each moment at which a target was lost, and not only those that somebody looked at.
    /// - Parameter how: where that is written.
    mutating func lost(_ key: InstanceKey, at time: ContinuousClock.Instant, _ how: String, _ truth: TargetTruth) {
        guard let (state, since) = truth.state(of: key, at: time) else { return }
        self.losses += 1
        guard state == .well, since + self.bound.up <= time else { return }
        self.accuse(
            "\(key) is well and \(how)", TargetSight(key: key, health: .down, asked: time, answered: time), since)
    }

    /// - Parameter available: what discovery listed.
    mutating func see(available: [InstanceKey], of service: ServiceKey, hasBeenFull: Bool) {
        if hasBeenFull, available.isEmpty { self.violations.append("P7: nothing of \(service) is listed") }
    }

    private mutating func accuse(_ what: String, _ sight: TargetSight, _ since: ContinuousClock.Instant) {
        self.accusations.append(
            Accusation(
                text: "\(what), \(sight.asked - since) after it became so", from: sight.asked, to: sight.answered))
    }

    /// Afterwards, when every stall is known.
    /// - Parameter others: accusations that others make.
    /// - Returns: faults of the registry, and how much would have been one, had the machine not stood still.
    func judge(_ others: [Accusation] = []) -> (violations: [String], excused: Int) {
        let all = self.accusations + others
        let guilty = all.filter { !self.stalls.excuse($0, reach: self.bound.down) }
        return (self.violations + guilty.map(\.text), all.count - guilty.count)
    }
}
