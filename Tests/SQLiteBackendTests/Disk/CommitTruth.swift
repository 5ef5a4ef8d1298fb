import RegistryCatalog
import RegistryModel

/// Every commit that was asked for, what it had to leave, and when it was acknowledged; judges what is found later.
struct CommitTruth {
    /// By revision: what each attempt at this commit would have left. The last one is what was acknowledged, if any was.
    private var attempts: [[StoreContents]] = [[StoreContents()]]
    /// Positions in the recording at which a commit was acknowledged, in order.
    private var acknowledgements: [(position: Int, revision: Int)] = []

    /// What is acknowledged.
    var contents: StoreContents { self.acknowledged(at: .max) }

    /// The revision of the attempt made last.
    var attempted: Revision { Revision(Int64(self.attempts.count - 1)) }

    mutating func attempt(_ contents: StoreContents) {
        let revision = Int(contents.revision.rawValue)
        if revision == self.attempts.count { self.attempts.append([]) }
        self.attempts[revision].append(contents)
    }

    /// The attempt made last is acknowledged.
    mutating func acknowledge(at position: Int) {
        self.acknowledgements.append((position, self.attempts.count - 1))
    }

    private func acknowledged(at position: Int) -> StoreContents {
        let last = self.acknowledgements.last { $0.position <= position }?.revision ?? 0
        return self.attempts[last].last ?? StoreContents()
    }

    /// What is wrong with `found`, with the whole history `changes`, for a store of the moment `position`; nil: nothing.
    func fault(of found: StoreContents, history: [Change], at position: Int) -> String? {
        let acknowledged = self.acknowledged(at: position)
        let revision = Int(found.revision.rawValue)
        if found.revision < acknowledged.revision {
            return "it stands at \(found.revision), and \(acknowledged.revision) was acknowledged"
        }
        guard revision <= acknowledged.revision.rawValue + 1, revision < self.attempts.count else {
            return "it stands at \(found.revision), which nobody asked for"
        }
        let isAcknowledged = found.revision == acknowledged.revision
        let candidates = isAcknowledged ? [acknowledged] : self.attempts[revision]
        guard candidates.contains(found) else { return "what it holds at \(found.revision) is not what was committed" }
        let earlier = self.attempts[..<revision].compactMap(\.last).flatMap(\.changes)
        return earlier + found.changes == history ? nil : "its history up to \(found.revision) is not what happened"
    }
}
