import RegistryModel

extension CommitOutcome {
    var revision: Revision? {
        if case .committed(let revision) = self { revision } else { nil }
    }

    var error: StoreError? {
        if case .unavailable(let error) = self { error } else { nil }
    }
}

extension CommitGroup {
    /// Whether nothing of what rested on silence came through.
    func isStale(_ outcomes: [CommitOutcome]) -> Bool {
        let resting = zip(self.writes, outcomes).filter(\.0.restsOnSilence)
        return !resting.isEmpty && resting.allSatisfy { $0.1 == .conflict }
    }
}
