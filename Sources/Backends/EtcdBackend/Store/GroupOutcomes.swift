import RegistryCatalog
import RegistryModel

/// What has become of the writes of a group so far.
struct GroupOutcomes {
    private var outcomes: [CommitOutcome?]
    /// Etcd's revision at which each operation was done last.
    private var revisions: [Int: Int64] = [:]
    /// Where the newest transaction is that something conflicted in; nil: nothing did, or nothing that is stored.
    private(set) var conflictPosition: Int64?

    init(count: Int, conflicts: [Int]) {
        self.outcomes = Array(repeating: nil, count: count)
        for write in conflicts { self.outcomes[write] = .conflict }
    }

    typealias Live = (step: TransactionPlan.Step, operation: PlannedOperation, expected: Int64)

    /// The steps that are to be tried, with the revision that each rests on. One that is repeated is not when its record is not what it was
    /// taken for; and no instance without the record of its service: those conflict.
    mutating func live(_ steps: [TransactionPlan.Step], of operations: [PlannedOperation]) -> [Live] {
        var lost: Set<ServiceKey> = []
        let live: [Live] = steps.compactMap { step in
            let operation = operations[step.operation]
            let expected = step.isRepeated ? self.revisions[step.operation] : operation.expected
            if expected == nil, case .service(let key, _, _) = operation.record { lost.insert(key) }
            return expected.map { (step, operation, $0) }
        }
        guard !lost.isEmpty else { return live }
        return live.filter { entry in
            guard let service = entry.operation.service, lost.contains(service) else { return true }
            for write in entry.operation.writes { self.outcomes[write] = .conflict }
            return false
        }
    }

    /// A transaction was carried out.
    ///
    /// - Parameter done: for each of its steps, whether its record was as expected.
    mutating func note(
        _ steps: [(step: TransactionPlan.Step, operation: PlannedOperation)], done: [Bool], revision: Int64,
        _ timeline: Timeline
    ) {
        for (entry, isDone) in zip(steps, done) {
            self.revisions[entry.step.operation] = isDone ? revision : nil
            if !isDone { self.conflictPosition = timeline.position(revision) }
            for write in entry.operation.writes {
                // A service that somebody else wrote between two of our transactions is to be decided again.
                self.outcomes[write] = isDone ? .committed(timeline.revision(revision)) : .conflict
            }
        }
    }

    var hasConflicts: Bool { self.outcomes.contains(.conflict) }

    /// One for each write. What was not tried is `unavailable` for the reason given.
    func result(_ error: StoreError?) -> [CommitOutcome] {
        self.outcomes.map { $0 ?? .unavailable(error ?? .notOpen) }
    }

    /// The same when the newer state has not arrived in time: whoever decided again would decide on what conflicts again.
    func result(withoutConflicts error: StoreError) -> [CommitOutcome] {
        self.outcomes.map { $0 == .conflict ? .unavailable(error) : $0 ?? .unavailable(error) }
    }
}
