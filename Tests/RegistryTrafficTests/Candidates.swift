import RegistryModel
import RegistryTraffic

/// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

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
