public import RegistryCatalog
public import RegistryModel
import Synchronization

/// One node's view of a store without a disk that others share. What they commit, a test commits with ``records``; what they say of
/// themselves, it tells with ``tell(_:)``.
public final class InMemoryClusterStore: ClusterStore {
    private struct State {
        var nextNumber: Int64
        /// The position of the newest digest.
        var position: Int64 = 0
        var asking: (@Sendable () async -> Void)?
        var interludes: [@Sendable () async -> Void] = []
        var committing: (@Sendable (CommitGroup) async -> Void)?
        var obstacle: StoreError?
        /// Whatever it holds counts.
        var isSettled = false
    }

    /// Numbers in one block.
    public static let block: Int64 = 64

    public let records: InMemoryStore
    private let link: FakeClusterLink
    private let state: Mutex<State>

    /// - Parameters:
    ///   - link: of the same node.
    ///   - firstNumber: below it, numbers are other nodes'.
    public init(_ records: InMemoryStore, of link: FakeClusterLink, firstNumber: Int64 = 1_000) {
        self.records = records
        self.link = link
        self.state = Mutex(State(nextNumber: firstNumber))
    }

    // MARK: What tests ask for

    /// What nodes say of themselves, in order with what is committed.
    public func tell(_ events: ClusterEvent...) {
        self.state.withLock { state in
            for case .digest(_, let position) in events { state.position = max(state.position, position) }
        }
        self.records.tell(events)
    }

    /// There is a digest that this node has not been told yet.
    public func noteDigest(at position: Int64) { self.state.withLock { $0.position = position } }

    /// Happens whenever it is asked for the newest revision, before it answers.
    public func whenAsked(_ body: (@Sendable () async -> Void)?) { self.state.withLock { $0.asking = body } }

    /// Happens when the next commit was decided and is not made yet: what another node does at that time. Of several each before one.
    public func beforeNextCommit(_ bodies: (@Sendable () async -> Void)...) {
        self.state.withLock { $0.interludes += bodies }
    }

    /// Happens with each commit before it is made: what it takes.
    public func whileCommitting(_ body: (@Sendable (CommitGroup) async -> Void)?) {
        self.state.withLock { $0.committing = body }
    }

    /// It is found to hold another history than what is shown.
    public func standBeside() {
        self.state.withLock { $0.obstacle = StoreError(.readOnly, "another history") }
    }

    // MARK: ClusterStore

    public var memberID: UInt64 { self.link.memberID }
    public var committed: AsyncStream<CommittedBatch> { self.records.committed }

    public func load(expecting expected: ExpectedHistory?) async throws -> StoredCatalog {
        var stored = try await self.records.load()
        let obstacle: StoreError? = self.state.withLock { state in
            let isContradicted = expected?.isContradicted(by: stored.registryID, stored.revision) == true
            state.obstacle = isContradicted && !state.isSettled ? StoreError(.readOnly, "another history") : nil
            return state.obstacle
        }
        if let obstacle { throw obstacle }
        stored.numbers = self.takeBlock()
        return stored
    }

    public func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        let (interlude, committing) = self.state.withLock { state in
            (state.interludes.isEmpty ? nil : state.interludes.removeFirst(), state.committing)
        }
        await interlude?()
        await committing?(group)
        let isBehind = self.state.withLock { $0.position > group.knownDigests }
        if isBehind, group.writes.contains(where: \.restsOnSilence) { self.records.plan(.conflict(\.restsOnSilence)) }
        let outcomes = await self.records.commit(group)
        guard outcomes.contains(.conflict) else { return outcomes }
        // It is decided again on what was in the way.
        let newest = self.records.contents.revision
        try? await eventually { (self.link.basis?.applied ?? .zero) >= newest }
        return outcomes
    }

    public func isWritable() async -> Bool { await self.records.isWritable() }
    public func reserveNumbers() async throws(StoreError) -> Range<Int64> { self.takeBlock() }

    public func newestRevision() async throws(StoreError) -> Revision {
        if let asking = self.state.withLock({ $0.asking }) { await asking() }
        if let outage = self.records.outage { throw outage }
        return self.records.contents.revision
    }

    public func put(_ digest: Digest) async throws(StoreError) {
        let position = self.state.withLock { state in
            state.position += 1
            return state.position
        }
        self.tell(.digest(digest, position: position))
    }

    public func keepMember(_ member: Member, isWanted: @escaping @Sendable () -> Bool) async {}
    public func removeDigests(of writers: [UInt64]) async throws(StoreError) {}
    public func compact(olderThan age: TimeSpan, applied: Revision) async throws(StoreError) {}

    public func reload() async { self.records.tellEverything() }

    public func report() async -> StoreReport { StoreReport() }

    public var obstacle: StoreError? { self.state.withLock { $0.obstacle } }

    public func settle(_ verdict: HistoryVerdict, keeping catalog: StoredCatalog) async throws(StoreError) {
        self.state.withLock { state in
            state.isSettled = true
            state.obstacle = nil
        }
    }

    private func takeBlock() -> Range<Int64> {
        self.state.withLock { state in
            defer { state.nextNumber += Self.block }
            return state.nextNumber..<state.nextNumber + Self.block
        }
    }
}

extension ExpectedHistory {
    /// Whether a store with this registry and this newest commit is another one, or holds less.
    public func isContradicted(by registryID: String, _ newest: Revision) -> Bool {
        registryID == self.registryID ? newest < self.revision : self.isCertain
    }
}
