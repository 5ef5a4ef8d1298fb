import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// What outlives every process: records by their numbers, and what is wrong with the device at the moment.
final class Disk: Sendable {
    private static let empty = InMemoryRecords(registryID: "0123456789abcdef0123456789abcdef")

    /// What is wrong with the store for a while.
    enum Outage: Sendable {
        /// Every commit fails at once.
        case refusing(StoreError)
        /// Every commit waits until it is over.
        case hanging
    }

    private struct State {
        var contents = Disk.empty
        /// Before the newest commit.
        var previous = Disk.empty
        var outage: Outage?
        /// How many commits in a thousand meet something else than success.
        var roughness = 0
    }

    private let state = Mutex(State())

    var outage: Outage? {
        get { self.state.withLock { $0.outage } }
        set { self.state.withLock { $0.outage = newValue } }
    }

    var roughness: Int {
        get { self.state.withLock { $0.roughness } }
        set { self.state.withLock { $0.roughness = newValue } }
    }

    var contents: InMemoryRecords { self.state.withLock { $0.contents } }
    var previous: InMemoryRecords { self.state.withLock { $0.previous } }

    /// Commits what does not conflict; nil when nothing was committed.
    func commit(
        _ group: CommitGroup, conflicting: (Write) -> Bool
    ) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        self.state.withLock { state in
            var contents = state.contents
            let (outcomes, batch) = contents.commit(group, conflicting: conflicting)
            if batch != nil { (state.previous, state.contents) = (state.contents, contents) }
            return (outcomes, batch)
        }
    }

    /// What a commit would come to.
    func preview(_ group: CommitGroup) -> (outcomes: [CommitOutcome], batch: CommittedBatch?) {
        var contents = self.contents
        return contents.commit(group, conflicting: { _ in false })
    }
}
