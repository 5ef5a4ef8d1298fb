import RegistryModel

/// The candidates that are left after each stage, and how many those were.
///
/// A further stage is a case of ``SelectionStage`` and one more step here; it may look at one candidate, or at all.
struct Shortlist {
    struct Member: Sendable {
        /// Where it is in the caller's list.
        let offset: Int
        var candidate: Candidate
    }

    private(set) var members: [Member] = []
    private(set) var steps: [SelectionExplanation.Step] = []
    /// Whether suspects are taken as well.
    private(set) var takesSuspects = false

    /// - Parameter candidate: the one at an offset; nil when it is not wanted.
    init(count: Int, candidate: (_ offset: Int) -> Candidate?) {
        self.members.reserveCapacity(count)
        for offset in 0..<count {
            if let candidate = candidate(offset) { self.members.append(Member(offset: offset, candidate: candidate)) }
        }
        self.steps.reserveCapacity(SelectionStage.allCases.count)
        self.record(.filter)
        self.takesSuspects = self.needsSuspects
        let takesSuspects = self.takesSuspects
        self.keep(.health) { $0.health == .up || (takesSuspects && $0.isSuspect) }
        self.keep(.override) { !$0.isWithheld }
        self.keep(.status) { $0.status == .up }
        self.keepWeighty()
    }

    /// Only while fewer than half of those that are in use are UP: before that the others can bear the load, after that one that may be
    /// well is better than none.
    private var needsSuspects: Bool {
        var (inUse, up, suspect) = (0, 0, 0)
        for member in self.members where member.candidate.status == .up {
            inUse += 1
            if member.candidate.health == .up { up += 1 } else if member.candidate.isSuspect { suspect += 1 }
        }
        return suspect > 0 && 2 * up < inUse
    }

    private mutating func keep(_ stage: SelectionStage, where isKept: (Candidate) -> Bool) {
        self.members.removeAll { !isKept($0.candidate) }
        self.record(stage)
    }

    /// Weight 0 is not selected while another is available. If all are 0, they are alike.
    private mutating func keepWeighty() {
        if self.members.contains(where: { $0.candidate.weight > 0 }) {
            self.keep(.weight) { $0.weight > 0 }
        } else {
            for index in self.members.indices { self.members[index].candidate.weight = 1 }
            self.record(.weight)
        }
    }

    private mutating func record(_ stage: SelectionStage) {
        self.steps.append(SelectionExplanation.Step(stage: stage, remaining: self.members.count))
    }
}
