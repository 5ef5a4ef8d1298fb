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
        func add(_ write: Int?, _ kind: Summary.Kind = .other) {
            if let write, let index = places[write] { summary.add(outcomes[index], kind) }
        }
        add(self.service, .service)
        add(self.instance, .instance)
        add(self.tombstone)
        for write in self.others { add(write) }
        return summary
    }

    /// What became of several writes together.
    struct Summary {
        enum Kind: Sendable, Hashable {
            case service
            case instance
            case other
        }

        private(set) var error: StoreError?
        private var conflicts: Set<Kind> = []
        /// The instance's own write is committed; or that of another record, such as a decision.
        private(set) var hasInstance = false
        private(set) var hasOther = false
        private(set) var hasService = false
        /// The newest one.
        private(set) var revision: Revision?

        var hasConflict: Bool { !self.conflicts.isEmpty }
        /// The instance is committed, and all else but the record of its service.
        var lacksServiceAlone: Bool { self.hasInstance && self.conflicts == [.service] }

        mutating func add(_ outcome: CommitOutcome, _ kind: Kind) {
            switch outcome {
            case .committed(let revision):
                self.revision = max(self.revision ?? revision, revision)
                switch kind {
                case .service: self.hasService = true
                case .instance: self.hasInstance = true
                case .other: self.hasOther = true
                }
            case .conflict: self.conflicts.insert(kind)
            case .unavailable(let error): self.error = self.error ?? error
            }
        }
    }
}
