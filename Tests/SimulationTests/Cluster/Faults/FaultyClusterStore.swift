import RegistryCatalog
import RegistryModel
import Synchronization

/// A store that does otherwise than it is told.
final class FaultyClusterStore: ClusterStore {
    let committed: AsyncStream<CommittedBatch>
    private let store: WitnessedStore
    private let fault: ClusterFault
    private let early = EarlyCommits()

    init(_ store: WitnessedStore, _ fault: ClusterFault) {
        self.store = store
        self.fault = fault
        self.committed = fault == .appliesOwnCommitsFirst ? self.early.merged(with: store.committed) : store.committed
    }

    func load() async throws -> StoredCatalog {
        var stored = try await self.store.load()
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

    func isWritable() async -> Bool { await self.store.isWritable() }
    func reserveNumbers() async throws(StoreError) -> Range<Int64> { try await self.store.reserveNumbers() }

    var memberID: UInt64 { self.store.memberID }
    func newestRevision() async throws(StoreError) -> Revision { try await self.store.newestRevision() }
    func put(_ digest: Digest) async throws(StoreError) { try await self.store.put(digest) }

    func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {
        await self.store.keepMember(member, isWanted: isWanted)
    }

    func removeDigests(of writers: [UInt64]) async throws(StoreError) {
        try await self.store.removeDigests(of: writers)
    }

    func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) {
        try await self.store.compact(olderThan: age, applied: applied)
    }

    func reload() async { await self.store.reload() }
    func report() async -> StoreReport { await self.store.report() }

    func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        try await self.store.settle(verdict, keeping: catalog)
    }
}
