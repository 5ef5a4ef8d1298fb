import RegistryCatalog
import RegistryModel
import Synchronization

/// A process's store, which shows the judge what is asked of it.
final class WitnessedStore: ClusterStore {
    let committed: AsyncStream<CommittedBatch>
    private let store: any ClusterStore
    private let world: Surroundings
    private let machine: Int

    init(_ store: any ClusterStore, _ world: Surroundings, _ machine: Int) {
        self.store = store
        self.world = world
        self.machine = machine
        self.committed = store.committed.changing { batch in
            if batch.events.contains(.reloaded) { world.judge.note(.reloading, at: machine) }
            return batch
        }
    }

    func load() async throws -> StoredCatalog { try await self.store.load() }

    func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        let id = self.world.nextID()
        self.world.judge.note(.committing(id, group), at: self.machine)
        let outcomes = await self.store.commit(group)
        let hasFailed = outcomes.contains { if case .unavailable = $0 { true } else { false } }
        self.world.judge.note(
            .commitEnded(id, failed: hasFailed, conflicted: outcomes.contains(.conflict)), at: self.machine)
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

/// The one who consumes a stream, so that what lies behind it knows how far he is.
private final class SingleConsumer<Element: Sendable>: @unchecked Sendable {
    private var iterator: AsyncStream<Element>.Iterator

    init(_ stream: AsyncStream<Element>) { self.iterator = stream.makeAsyncIterator() }

    func next() async -> Element? { await self.iterator.next() }
}

extension AsyncStream where Element: Sendable {
    /// The same with each element changed, and before each whatever `early` has.
    func preceded(
        by early: @escaping @Sendable () -> Element?, changing change: @escaping @Sendable (Element) -> Element
    ) -> AsyncStream<Element> {
        let consumer = SingleConsumer(self)
        return AsyncStream {
            if let element = early() { return element }
            return await consumer.next().map(change)
        }
    }

    /// The same with each element changed, taken no sooner than it is asked for.
    func changing(_ change: @escaping @Sendable (Element) -> Element) -> AsyncStream<Element> {
        let consumer = SingleConsumer(self)
        return AsyncStream { await consumer.next().map(change) }
    }
}
