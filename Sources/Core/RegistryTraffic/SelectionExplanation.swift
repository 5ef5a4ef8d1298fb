/// The stages of a selection, in their order.
public enum SelectionStage: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Those that the caller asked for: tags, version, zone, metadata.
    case filter = 1
    /// Those whose health is `UP`, and suspects while fewer than half are.
    case health = 2
    /// Those that no operator withholds.
    case override = 3
    /// Those whose status is `UP`.
    case status = 4
    /// Those with a weight, or all when none has one.
    case weight = 5
    /// The one that the strategy chose.
    case strategy = 6

    /// The spelling in every answer.
    public var description: String {
        switch self {
        case .filter: "filter"
        case .health: "health"
        case .override: "override"
        case .status: "status"
        case .weight: "weight"
        case .strategy: "strategy"
        }
    }
}

/// Why this instance was selected, or none: how many candidates each stage left.
public struct SelectionExplanation: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public let stage: SelectionStage
        /// Candidates left after it.
        public let remaining: Int
    }

    /// What came out, for programs.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case selected
        /// One was selected that is DOWN, and may be well.
        case suspect
        /// The service has no instance.
        case empty
        /// None is as the caller wants it.
        case noneMatching = "none_matching"
        /// None of those is healthy.
        case noneHealthy = "none_healthy"
        /// Operators withhold all of the healthy ones.
        case allWithheld = "all_withheld"
        /// None of the healthy ones has status `UP`.
        case noneUp = "none_up"
    }

    public let strategy: Strategy
    /// Instances that were looked at.
    public let considered: Int
    /// Whether suspects were taken as well, because fewer than half are UP.
    public let takesSuspects: Bool
    /// Whether the one that was selected is suspect.
    public let isSuspect: Bool
    /// One for each stage, in order.
    public let steps: [Step]
    /// How many of those left after the weight warm up.
    public let warming: Int
    /// How much of its weight the chosen one counts with, in percent; 100 when none was.
    public let share: Int

    init(
        strategy: Strategy, considered: Int, takesSuspects: Bool = false, isSuspect: Bool = false, steps: [Step],
        warming: Int = 0, share: Int = 100
    ) {
        self.strategy = strategy
        self.considered = considered
        self.takesSuspects = takesSuspects
        self.isSuspect = isSuspect
        self.steps = steps
        self.warming = warming
        self.share = share
    }

    public var code: Code {
        if self.considered == 0 { return .empty }
        switch self.steps.first(where: { $0.remaining == 0 })?.stage {
        case .filter: return .noneMatching
        case .health: return .noneHealthy
        case .override: return .allWithheld
        case .status: return .noneUp
        case .weight, .strategy, nil: return self.isSuspect ? .suspect : .selected
        }
    }

    /// The same in a sentence, for people.
    public var text: String {
        switch self.code {
        case .selected: self.choice
        case .suspect: "\(self.choice) It is suspect: it went DOWN together with most others, and may be well."
        case .empty: "The service has no instances."
        case .noneMatching: "None of \(self.considered) instances matches the query."
        case .noneHealthy: "None of \(self.remaining(after: .filter)) matching instances is healthy."
        case .allWithheld: "Operators withhold all of \(self.remaining(after: .health)) healthy instances."
        case .noneUp: "None of \(self.remaining(after: .override)) healthy instances has status UP."
        }
    }

    private var choice: String {
        "Chosen by \(self.strategy) from \(self.remaining(after: .weight)) of \(self.considered): "
            + "\(self.remaining(after: .filter)) match, \(self.remaining(after: .health)) of them are "
            + "\(self.takesSuspects ? "healthy or suspect" : "healthy"), " + self.withheld
            + "\(self.remaining(after: .status)) of these have status UP, "
            + "\(self.remaining(after: .weight)) of these may be chosen by their weight." + self.warmUpText
    }

    /// Said only of services on which an operator decided.
    private var withheld: String {
        let left = self.remaining(after: .override)
        return left == self.remaining(after: .health) ? "" : "operators leave \(left) of these, "
    }

    private var warmUpText: String {
        guard self.warming > 0 else { return "" }
        let warming = self.warming == 1 ? " 1 of them warms up" : " \(self.warming) of them warm up"
        return warming + (self.share < 100 ? "; the chosen one counts with \(self.share) % of its weight." : ".")
    }

    private func remaining(after stage: SelectionStage) -> Int {
        self.steps.first { $0.stage == stage }?.remaining ?? 0
    }
}
