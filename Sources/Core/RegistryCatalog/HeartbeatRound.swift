import RegistryModel

/// Many heartbeats of one request on their way to an answer.
struct HeartbeatRound {
    private var answers: [Renewal?]
    /// Those that are renewed here and that other nodes have still to hear of, and their numbers.
    private var beats: [(index: Int, number: Int64)] = []

    init(count: Int) { self.answers = Array(repeating: nil, count: count) }

    mutating func note(
        _ index: Int, _ renewal: Renewal, _ record: InstanceRecord? = nil, tellsOthers: Bool = false
    ) {
        self.answers[index] = renewal
        // Also of one that owes nothing as far as this node knows: others may know better.
        guard tellsOthers, renewal == .renewed, let record else { return }
        self.beats.append((index, record.instance.number))
    }

    mutating func takeBeats() -> [(index: Int, number: Int64)] {
        defer { self.beats = [] }
        return self.beats
    }

    var unknown: [Int] { self.indices(of: .unknown) }
    var committing: [Int] { self.indices(of: .needsCommit) }

    /// Those that are unknown, to be looked at again.
    mutating func takeUnknown() -> [Int] {
        let unknown = self.unknown
        for index in unknown { self.answers[index] = nil }
        return unknown
    }

    var result: HeartbeatResult {
        HeartbeatResult(
            renewed: self.indices(of: .renewed).count, unknown: self.unknown, stale: self.indices(of: .stale))
    }

    private func indices(of renewal: Renewal) -> [Int] { self.answers.indices.filter { self.answers[$0] == renewal } }
}
