public import RegistryCatalog
public import RegistryModel
import Synchronization

/// A store without a disk, for tests. It can produce every outcome on demand: see ``Fault``, ``outage`` and ``hold()``.
public final class InMemoryStore: CatalogStore, RecordLog {
    /// What is to happen to one commit instead of success.
    public enum Fault: Sendable {
        /// Nothing is done; every write is unavailable for this reason.
        case fail(StoreError)
        /// The writes that fit conflict, the others are decided as usual.
        case conflict(@Sendable (Write) -> Bool)
        /// It is committed and comes out of ``InMemoryStore/committed``, but its caller is told that it failed.
        case loseReply(StoreError)
    }

    private struct State {
        var contents: InMemoryContents
        var faults: [Fault?] = []
        var outage: StoreError?
        var isClosed = false
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var groups: [CommitGroup] = []
    }

    public let committed: AsyncStream<CommittedBatch>
    private let continuation: AsyncStream<CommittedBatch>.Continuation
    private let state: Mutex<State>

    /// Far more than any test leaves unread; going beyond it is a fault of the test and stops it.
    private static let streamLimit = 100_000

    public convenience init(registryID: String = "0123456789abcdef0123456789abcdef") {
        self.init(InMemoryContents(registryID: registryID))
    }

    private init(_ contents: InMemoryContents) {
        self.state = Mutex(State(contents: contents))
        (self.committed, self.continuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.streamLimit))
    }

    // MARK: What tests ask for

    /// What happens to the next commits, one entry each; nil lets one through.
    public func plan(_ faults: Fault?...) { self.state.withLock { $0.faults += faults } }

    /// While it is set, nothing can be written and every commit fails for this reason. Reads go on.
    public var outage: StoreError? {
        get { self.state.withLock { $0.outage } }
        set { self.state.withLock { $0.outage = newValue } }
    }

    /// From now on commits wait, undecided, until ``release()``.
    public func hold() { self.state.withLock { $0.isHolding = true } }

    /// Lets the commits that wait go on, and later ones through.
    public func release() {
        let held = self.state.withLock { state in
            defer { state.held = [] }
            state.isHolding = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until `count` commits are held.
    public func waitForHeld(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.held.count < count { state.watchers.append((count, continuation)) }
                return state.held.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Every group that was asked for, also those that failed.
    public var groups: [CommitGroup] { self.state.withLock { $0.groups } }

    /// What is stored at this moment.
    public var contents: StoredCatalog { self.state.withLock { $0.contents.stored } }

    /// What nodes said of themselves, in order with what is committed.
    public func tell(_ events: [ClusterEvent]) {
        self.state.withLock { state in
            let revision = state.contents.stored.revision
            self.emit(CommittedBatch(revision: revision, time: Sample.time, records: [], changes: [], events: events))
        }
    }

    /// All that there is as one batch, as after a gap.
    ///
    /// - Parameter stored: what is told in its place.
    public func tellEverything(_ stored: StoredCatalog? = nil) {
        self.state.withLock {
            self.emit(CommittedBatch(whole: stored ?? $0.contents.stored, time: Sample.time))
        }
    }

    /// Ends ``committed``; later commits fail.
    public func close() {
        self.state.withLock { $0.isClosed = true }
        self.continuation.finish()
    }

    /// A store with the same contents and without any of this one's faults, as after a restart. Closes this one.
    public func reopened() -> InMemoryStore {
        self.close()
        return InMemoryStore(self.state.withLock { $0.contents })
    }

    // MARK: CatalogStore

    public func load() async throws -> StoredCatalog { self.contents }

    public func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        await self.waitUntilReleased()
        return self.state.withLock { state in
            state.groups.append(group)
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            if let error = self.refusal(state, fault) { return group.writes.map { _ in .unavailable(error) } }
            var conflicting: (Write) -> Bool = { _ in false }
            if case .conflict(let fits) = fault { conflicting = fits }
            let (outcomes, batch) = state.contents.commit(group, conflicting: conflicting)
            if let batch { self.emit(batch) }
            if case .loseReply(let error) = fault { return group.writes.map { _ in .unavailable(error) } }
            return outcomes
        }
    }

    public func isWritable() async -> Bool {
        self.state.withLock { state in
            guard state.outage == nil, !state.isClosed else { return false }
            if case .fail = state.faults.first { return false }
            return true
        }
    }

    private func refusal(_ state: borrowing State, _ fault: Fault?) -> StoreError? {
        if state.isClosed { return StoreError(.unavailable, "the store is closed") }
        if let outage = state.outage { return outage }
        if case .fail(let error) = fault { return error }
        return nil
    }

    private func emit(_ batch: CommittedBatch) {
        if case .dropped = self.continuation.yield(batch) {
            preconditionFailure("\(Self.streamLimit) committed batches were not consumed")
        }
    }

    private func waitUntilReleased() async {
        await withCheckedContinuation { continuation in
            let ready: [CheckedContinuation<Void, Never>] = self.state.withLock { state in
                guard state.isHolding else { return [continuation] }
                state.held.append(continuation)
                let count = state.held.count
                let satisfied = state.watchers.filter { $0.count <= count }.map(\.continuation)
                state.watchers.removeAll { $0.count <= count }
                return satisfied
            }
            for continuation in ready { continuation.resume() }
        }
    }

    // MARK: RecordLog

    public func records(matching query: HistoryQuery) async throws -> HistoryPage {
        self.state.withLock { $0.contents.records(matching: query) }
    }

    public func trim(olderThan time: Timestamp, keeping count: Int) async throws {
        self.state.withLock { $0.contents.trim(olderThan: time, keeping: count) }
    }
}
