public import RegistryModel
import Synchronization

/// Selects one of several instances, and says why. The server and the client library use the same.
///
/// It remembers whose turn it is for each service and filter, in tables of bounded size. What falls out of them begins anew.
public final class InstanceSelector: Sendable {
    /// What a turn is remembered for.
    private struct TurnKey: Hashable {
        let service: ServiceKey
        let filter: Int
    }

    private let rotations: Mutex<RecentTable<TurnKey, Rotation>>
    private let weights: Mutex<RecentTable<TurnKey, SmoothWeights>>
    private let generator: Mutex<any RandomNumberGenerator & Sendable>

    /// - Parameters:
    ///   - capacity: turns to remember for `round_robin`, and instances for `weight`.
    ///   - generator: where chance comes from.
    public init(
        capacity: Int = 65_536, generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.rotations = Mutex(RecentTable(capacity: capacity) { _ in 1 })
        self.weights = Mutex(RecentTable(capacity: capacity) { $0.count + 1 })
        self.generator = Mutex(generator)
    }

    /// Chooses one of `count` instances that the caller wants, whose health and status are `UP`, by weight and strategy; suspects
    /// too while fewer than half are UP.
    ///
    /// - Parameters:
    ///   - count: how many instances the service has.
    ///   - filter: a hash of what the caller asked for; callers that ask for the same take turns with each other.
    ///   - candidate: what selection has to know of the instance at an offset; nil when the caller does not want it.
    ///     Called once for each offset, in order, and kept no longer.
    /// - Returns: the offset of the chosen one, nil when there is none, and the reason.
    public func select(
        by strategy: Strategy, among count: Int, of service: ServiceKey, filter: Int = 0,
        candidate: (_ offset: Int) -> Candidate?
    ) -> (offset: Int?, explanation: SelectionExplanation) {
        let shortlist = Shortlist(count: count, candidate: candidate)
        let chosen = shortlist.members.isEmpty ? nil : self.choose(by: strategy, shortlist.members, service, filter)
        let explanation = SelectionExplanation(
            strategy: strategy, considered: count, takesSuspects: shortlist.takesSuspects,
            isSuspect: chosen?.candidate.isSuspect ?? false,
            steps: shortlist.steps + [.init(stage: .strategy, remaining: chosen == nil ? 0 : 1)],
            warming: shortlist.members.count { $0.candidate.share < 100 }, share: chosen?.candidate.share ?? 100)
        return (chosen?.offset, explanation)
    }

    private func choose(
        by strategy: Strategy, _ members: [Shortlist.Member], _ service: ServiceKey, _ filter: Int
    ) -> Shortlist.Member {
        let key = TurnKey(service: service, filter: filter)
        // The result carries out of the lock what the table forgets; it is let go here.
        return switch strategy {
        case .random:
            members[self.random(below: members.count)]
        case .roundRobin:
            self.rotations.withLock { rotations in
                rotations.update(key, default: Rotation()) { $0.next(among: members, start: self.random(below:)) }
            }.result
        case .weight:
            self.weights.withLock { weights in
                weights.update(key, default: SmoothWeights()) { $0.next(among: members) }
            }.result
        }
    }

    private func random(below bound: Int) -> Int {
        self.generator.withLock { Self.random(below: bound, using: &$0) }
    }

    private static func random(below bound: Int, using generator: inout some RandomNumberGenerator) -> Int {
        Int.random(in: 0..<bound, using: &generator)
    }
}
