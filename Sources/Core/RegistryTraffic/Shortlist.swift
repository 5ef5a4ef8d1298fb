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

    /// - Parameter candidate: the one at an offset; nil when it is not wanted.
    init(count: Int, candidate: (_ offset: Int) -> Candidate?) {
        self.members.reserveCapacity(count)
        for offset in 0..<count {
            if let candidate = candidate(offset) { self.members.append(Member(offset: offset, candidate: candidate)) }
        }
        self.steps.reserveCapacity(SelectionStage.allCases.count)
        self.record(.filter)
        self.keep(.health) { $0.health == .up }
        self.keep(.override) { !$0.isWithheld }
        self.keep(.status) { $0.status == .up }
        self.keepWeighty()
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
