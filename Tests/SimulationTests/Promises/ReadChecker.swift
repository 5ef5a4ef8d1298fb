import RegistryCatalog
import RegistryModel

/// P6: whoever has an answer reads at least what it says, and every reading is the truth at the revision that the node shows.
struct ReadChecker: Checker {
    static let promise = Promise.ownWrites

    /// Snapshots that were compared already; the same object cannot have become another.
    private var compared: [ServiceKey: ServiceSnapshot] = [:]
    /// Whether what is durable is applied by the one node at once.
    var isAlone = true
    private var lastJump: Int64 = 0
    /// Whoever was woken because his time is over does not look again, and what came since then he does not see.
    private static let waking: Int64 = 100

    mutating func check(_ event: Event, at now: Int64, _ truth: Truth) -> [String] {
        switch event {
        case .read(let reading): return self.check(reading, truth)
        case .crashed: self.compared = [:]
        case .jumped: self.lastJump = now
        case .waited(let key, let after, let sawChange, let applied):
            guard self.isAlone, let version = truth.version(of: key, at: applied), version.service != nil,
                let since = truth.time(of: version.revision)
            else { return [] }
            return version.revision > after && !sawChange && now - max(since, self.lastJump) > Self.waking
                ? ["a wait for a change of \(key) after \(after) saw none, but it is at \(version.revision)"] : []
        default: break
        }
        return []
    }

    private mutating func check(_ reading: Reading, _ truth: Truth) -> [String] {
        if reading.applied > truth.newest {
            return ["the node shows \(reading.applied), the disk is at \(truth.revision)"]
        }
        if reading.applied < reading.atLeast {
            return ["after an answer with \(reading.atLeast) the node shows \(reading.applied)"]
        }
        let version = truth.version(of: reading.key, at: reading.applied)
        guard let snapshot = reading.snapshot else {
            return version?.service == nil ? [] : ["\(reading.key) is not shown at \(reading.applied)"]
        }
        if snapshot === self.compared[reading.key], snapshot.revision == version?.revision { return [] }
        if let difference = snapshot.difference(from: version) {
            let answer = reading.atLeast > .zero ? " after an answer with \(reading.atLeast)" : ""
            return ["a reading at \(reading.applied)\(answer): \(difference)"]
        }
        self.compared[reading.key] = snapshot
        return []
    }
}
