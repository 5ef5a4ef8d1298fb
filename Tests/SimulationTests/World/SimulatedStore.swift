import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Synchronization

/// One process's handle of the disk: commits take time, and may fail, be slow, conflict, or lose their reply.
final class SimulatedStore: CatalogStore {
    /// What becomes of one commit.
    private enum Fate {
        case success
        case slow
        case failure(StoreError)
        case conflict
        /// It is durable and streamed, but its caller is told that it failed.
        case lostReply
    }

    private struct InFlight {
        let id: Int
        let group: CommitGroup
    }

    private struct State {
        var isFenced = false
        var inFlight: InFlight?
    }

    static let away = StoreError(.unavailable, "the disk does not answer")
    static let full = StoreError(.full, "the disk is full")
    static let readOnly = StoreError(.readOnly, "the disk is read-only")

    let committed: AsyncStream<CommittedBatch>
    private let continuation: AsyncStream<CommittedBatch>.Continuation
    private let world: Surroundings
    private let state = Mutex(State())

    init(_ world: Surroundings) {
        self.world = world
        (self.committed, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    private var isFenced: Bool { self.state.withLock { $0.isFenced } }

    // MARK: CatalogStore

    func load() async throws -> StoredCatalog {
        try await self.world.clock.sleep(for: self.world.dice.milliseconds(1...250))
        if self.world.disk.outage != nil { throw Self.away }
        return self.world.fault?.loaded(self.world.disk) ?? self.world.disk.contents.stored
    }

    func isWritable() async -> Bool {
        await self.world.clock.rest(for: self.world.dice.milliseconds(0...3))
        guard !self.isFenced else { return false }
        let isWritable = self.world.disk.outage == nil
        self.world.judge.note(.probed(isWritable: isWritable))
        return isWritable
    }

    func commit(_ group: CommitGroup) async -> [CommitOutcome] {
        let refused = group.writes.map { _ in CommitOutcome.unavailable(Self.away) }
        guard !self.isFenced else { return refused }
        let id = self.world.nextID()
        self.state.withLock { $0.inFlight = InFlight(id: id, group: group) }
        self.world.judge.note(.committing(id, group))
        let fate = self.fate()
        await self.world.clock.rest(for: self.latency(of: fate))
        while case .hanging = self.world.disk.outage, !self.isFenced {
            guard await self.world.clock.rest(for: .milliseconds(20)) else { break }
        }
        guard !self.isFenced else { return refused }
        self.state.withLock { $0.inFlight = nil }
        if case .refusing(let error) = self.world.disk.outage { return self.refuse(id, group, error) }
        if case .failure(let error) = fate { return self.refuse(id, group, error) }
        if self.world.fault == .acknowledgesBeforeDurable { return self.pretend(id, group) }
        return await self.write(id, group, fate)
    }

    // MARK: What becomes of it

    private func fate() -> Fate {
        guard self.world.dice.chance(self.world.disk.roughness) else { return .success }
        return self.world.dice.pick(weighted: [
            (.slow, 2), (.failure(self.world.dice.pick([Self.away, Self.full, Self.readOnly])), 3), (.conflict, 6),
            (.lostReply, 2),
        ])
    }

    private func latency(of fate: Fate) -> TimeSpan {
        guard case .slow = fate else { return self.world.dice.milliseconds(1...22) }
        // Beyond what counts as away, beyond what a caller waits, or merely unusual.
        return self.world.dice.pick([
            self.world.dice.milliseconds(100...900), self.world.dice.milliseconds(1_100...1_900),
            self.world.dice.milliseconds(2_100...7_000),
        ])
    }

    private func refuse(_ id: Int, _ group: CommitGroup, _ error: StoreError) -> [CommitOutcome] {
        self.world.judge.note(.commitEnded(id, failed: true, conflicted: false))
        return group.writes.map { _ in self.world.fault?.refusal ?? .unavailable(error) }
    }

    private func write(_ id: Int, _ group: CommitGroup, _ fate: Fate) async -> [CommitOutcome] {
        let group = self.world.fault?.written(group, on: self.world.disk) ?? group
        var conflicting: (Write) -> Bool = { _ in false }
        if case .conflict = fate { conflicting = self.conflict(in: group) }
        let (outcomes, batch) = self.world.disk.commit(group, conflicting: conflicting)
        let isConflicted = outcomes.contains(.conflict)
        if let batch { self.world.judge.note(.durable(id, batch)) }
        if case .lostReply = fate {
            if let batch { self.continuation.yield(batch) }
            self.world.judge.note(.commitEnded(id, failed: true, conflicted: isConflicted))
            return group.writes.map { _ in .unavailable(Self.away) }
        }
        if let batch { await self.stream(batch) }
        await self.world.clock.rest(for: self.world.dice.milliseconds(0...5))
        if !self.isFenced { self.world.judge.note(.commitEnded(id, failed: false, conflicted: isConflicted)) }
        return outcomes
    }

    /// The planted fault of P1: the answer leaves first, and the disk follows if the process lives.
    private func pretend(_ id: Int, _ group: CommitGroup) -> [CommitOutcome] {
        let (outcomes, batch) = self.world.disk.preview(group)
        if let batch { self.continuation.yield(batch) }
        self.world.postman.post {
            await self.world.clock.rest(for: .milliseconds(1))
            guard !self.isFenced, let batch = self.world.disk.commit(group, conflicting: { _ in false }).batch else {
                return
            }
            self.world.judge.note(.durable(id, batch))
            self.world.judge.note(.commitEnded(id, failed: false, conflicted: false))
        }
        return outcomes
    }

    /// The reply may come before the batch does, and the other way round.
    private func stream(_ batch: CommittedBatch) async {
        guard self.world.dice.chance(250) else {
            self.continuation.yield(batch)
            return
        }
        let delay = self.world.dice.milliseconds(1...8)
        self.world.postman.post {
            await self.world.clock.rest(for: delay)
            self.continuation.yield(batch)
        }
    }

    /// Some instances, with what is remembered of them, or whole services meet a conflict: what other nodes could cause. A service
    /// that comes or goes does so with all of its instances.
    private func conflict(in group: CommitGroup) -> (Write) -> Bool {
        let wholeServices = self.world.dice.chance(500)
        var whole: Set<ServiceKey> = []
        for write in group.writes {
            guard case .service(let key, _, let service) = write.record else { continue }
            if wholeServices || service == nil || write.expected == nil { whole.insert(key) }
        }
        var hit: [String: Bool] = [:]
        for write in group.writes {
            let name = write.record.unit(whole)
            if hit[name] == nil { hit[name] = !name.isEmpty && self.world.dice.chance(700) }
        }
        return { hit[$0.record.unit(whole)] == true }
    }

    // MARK: The end of the process

    /// Nothing of this process reaches the disk any more, but perhaps what was on its way.
    func fence() {
        let inFlight = self.state.withLock { state in
            state.isFenced = true
            defer { state.inFlight = nil }
            return state.inFlight
        }
        self.continuation.finish()
        guard let inFlight, self.world.disk.outage == nil, self.world.dice.chance(500) else { return }
        let group = self.world.fault?.written(inFlight.group, on: self.world.disk) ?? inFlight.group
        if let batch = self.world.disk.commit(group, conflicting: { _ in false }).batch {
            self.world.judge.note(.durable(inFlight.id, batch))
        }
    }
}

extension Write.Record {
    /// What stands or falls together in a conflict; empty for what meets none.
    fileprivate func unit(_ whole: Set<ServiceKey>) -> String {
        switch self {
        case .service(let key, _, _): whole.contains(key) ? "\(key)" : ""
        case .instance(let key, _, _, _), .tombstone(let key, _, _):
            whole.contains(key.service) ? "\(key.service)" : "\(key)"
        case .override(let key, _, _): whole.contains(key.service) ? "\(key.service)" : "\(key)"
        case .subscription: ""
        }
    }
}
