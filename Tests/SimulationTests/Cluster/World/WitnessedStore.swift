import RegistryCatalog
import RegistryModel
import Synchronization

/// A process's store, which shows the judge what is asked of it.
final class WitnessedStore: ForwardingStore {
    let committed: AsyncStream<CommittedBatch>
    let store: any ClusterStore
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

    func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        let id = self.world.nextID()
        self.world.judge.note(.committing(id, group), at: self.machine)
        let outcomes = await self.store.commit(group)
        let hasFailed = outcomes.contains { if case .unavailable = $0 { true } else { false } }
        self.world.judge.note(
            .commitEnded(id, failed: hasFailed, conflicted: outcomes.contains(.conflict)), at: self.machine)
        return outcomes
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
