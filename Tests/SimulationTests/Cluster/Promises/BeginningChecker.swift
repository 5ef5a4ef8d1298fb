import RegistryCatalog
import RegistryModel

/// P1: a new process shows exactly what was durable at the revision that it says, and that is nothing old.
struct BeginningChecker: Checker {
    static let promise = Promise.durable

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .loadedLess(let revision): ["a node began with less than \(revision), which was durable before"]
        case .loaded(let snapshots, let applied):
            snapshots.differences(from: truth, at: applied).map { "after a restart: \($0)" }
        default: []
        }
    }
}

/// P9: when nothing disturbs them any more, all nodes show what is durable, and the same number for it.
struct ConvergenceChecker: Checker {
    static let promise = Promise.convergence

    private var first: StateHash?

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        guard case .settled(let settlement) = event else { return [] }
        var found: [String] = []
        if settlement.applied < truth.revision || settlement.applied > truth.newest {
            found.append("it is at \(settlement.applied) in the end, and \(truth.revision) is durable")
        }
        found += settlement.snapshots.differences(from: truth, at: truth.revision).map { "in the end \($0)" }
        if let first, settlement.hash != first { found.append("its state has another hash than the others'") }
        self.first = self.first ?? settlement.hash
        return found
    }
}

extension [ServiceSnapshot] {
    /// What these, which are all there are, show otherwise than the truth.
    fileprivate func differences(from truth: Truth, at revision: Revision) -> [String] {
        var missing = Set(truth.keys.filter { truth.version(of: $0, at: revision)?.service != nil })
        var found: [String] = []
        for snapshot in self {
            missing.remove(snapshot.key)
            if let difference = snapshot.difference(from: truth.version(of: snapshot.key, at: revision)) {
                found.append(difference)
            }
        }
        return found + missing.sorted().map { "\($0) is missing" }
    }
}
