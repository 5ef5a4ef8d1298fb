import RegistryModel
import RegistryTestKit
import RegistryTraffic

let payments = ServiceKey(name: "payments")

/// Candidates `a`, `b`, `c`, … with these weights.
func candidates(weights: [Int]) -> [Candidate] {
    zip("abcdefghijklmnopqrstuvwxyz", weights).map { Candidate(id: String($0), weight: $1) }
}

extension InstanceSelector {
    convenience init(seed: UInt64, capacity: Int = 65_536) {
        self.init(capacity: capacity, generator: SeededGenerator(seed: seed))
    }

    /// The id of the chosen one; nil when there is none.
    func id(
        by strategy: Strategy, from candidates: [Candidate], of service: ServiceKey = payments, filter: Int = 0
    ) -> String? {
        self.select(by: strategy, among: candidates.count, of: service, filter: filter) { candidates[$0] }
            .offset.map { candidates[$0].id }
    }

    /// The ids of so many choices, joined.
    func ids(
        _ count: Int, by strategy: Strategy, from candidates: [Candidate], of service: ServiceKey = payments,
        filter: Int = 0
    ) -> String {
        (0..<count).compactMap { _ in self.id(by: strategy, from: candidates, of: service, filter: filter) }.joined()
    }
}

/// How often each id was chosen.
func tally(_ ids: String) -> [Character: Int] {
    ids.reduce(into: [:]) { $0[$1, default: 0] += 1 }
}
