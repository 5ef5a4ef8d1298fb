import RegistryModel

/// The writes of a group that one answer rests on, as their places in the draft.
struct AwaitedWrites: Sendable, Hashable {
    var service: Int?
    var instance: Int?
    var tombstone: Int?
    /// Of other records.
    var others: [Int] = []

    init(service: Int? = nil, instance: Int? = nil, tombstone: Int? = nil) {
        self.service = service
        self.instance = instance
        self.tombstone = tombstone
    }

    var all: [Int] { [self.service, self.instance, self.tombstone].compactMap { $0 } + self.others }

    /// What became of them: `places` gives each its index in the group, and nil for what came and went within it.
    func outcomes(_ outcomes: [CommitOutcome], _ places: [Int?]) -> Summary {
        var summary = Summary()
        func add(_ write: Int?) {
            if let write, let index = places[write] { summary.add(outcomes[index]) }
        }
        add(self.service)
        add(self.instance)
        add(self.tombstone)
        for write in self.others { add(write) }
        return summary
    }

    /// What became of several writes together.
    struct Summary {
        private(set) var error: StoreError?
        private(set) var hasConflict = false
        /// The newest one.
        private(set) var revision: Revision?

        mutating func add(_ outcome: CommitOutcome) {
            switch outcome {
            case .committed(let revision): self.revision = max(self.revision ?? revision, revision)
            case .conflict: self.hasConflict = true
            case .unavailable(let error): self.error = self.error ?? error
            }
        }
    }
}
