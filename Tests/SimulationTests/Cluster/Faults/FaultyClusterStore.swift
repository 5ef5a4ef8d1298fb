import RegistryCatalog
import RegistryModel
import Synchronization

/// A store that does otherwise than it is told.
final class FaultyClusterStore: ForwardingStore {
    let committed: AsyncStream<CommittedBatch>
    let store: any ClusterStore
    private let fault: ClusterFault
    private let early = EarlyCommits()

    init(_ store: WitnessedStore, _ fault: ClusterFault) {
        self.store = store
        self.fault = fault
        self.committed = fault == .appliesOwnCommitsFirst ? self.early.merged(with: store.committed) : store.committed
    }

    func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog {
        var stored = try await self.store.load(expecting: expected)
        if self.fault == .reusesNumbers {
            stored.numbers = Self.numbers
            stored.nextNumber = Self.numbers.lowerBound
        }
        return stored
    }

    private static let numbers = Range<Int64>(uncheckedBounds: (1_000_000, 2_000_000))

    func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        var group = group
        for index in group.writes.indices {
            switch self.fault {
            case .expiresWithoutRangeCompare: group.writes[index].restsOnSilence = false
            case .forgetsTombstones:
                guard case .tombstone(let key, let number, var tombstone?) = group.writes[index].record else {
                    continue
                }
                tombstone.incarnation = 0
                group.writes[index].record = .tombstone(key, number: number, tombstone)
            default: break
            }
        }
        let outcomes = await self.store.commit(group)
        if self.fault == .appliesOwnCommitsFirst { self.early.add(group, outcomes) }
        return outcomes
    }
}
