import Logging
import RegistryModel
import Synchronization

/// The only writer: takes what waits, decides it, commits it as one group, and answers when this node has applied it.
final class Committer: Sendable {
    private let store: any CatalogStore
    private let clock: any RegistryClock
    private let settings: CatalogSettings
    private let logger: Logger?
    private let state: Mutex<CatalogState>
    private let hub: WatchHub
    private let liveness: Liveness
    let queue: CommandQueue
    let status: StoreStatus
    let figures = Mutex(CommitFigures())
    /// Signalled when a batch is applied.
    private let appliedWaiter = Waiter()
    private let encodings: EncodedCache
    private let observations: Observations

    init(
        store: any CatalogStore, clock: any RegistryClock, settings: CatalogSettings,
        hub: WatchHub, liveness: Liveness, encodings: EncodedCache, observations: Observations, logger: Logger?
    ) {
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.state = Mutex(CatalogState())
        self.hub = hub
        self.liveness = liveness
        self.encodings = encodings
        self.observations = observations
        self.queue = CommandQueue(limit: settings.queueLimit)
        self.status = StoreStatus(now: clock.monotonicMilliseconds)
    }

    /// Takes over what the store holds, and publishes it. Before anything else.
    func load(_ stored: StoredCatalog) {
        let entries = self.state.withLock { state in
            state = CatalogState(stored) { self.liveness.leaseAtStart($0, $1) }
            return Array(state.services.values)
        }
        let snapshots = entries.map {
            ServiceSnapshot(service: $0.service, instances: $0.instances, encodings: self.encodings)
        }
        self.hub.load(snapshots, revision: stored.revision)
        self.status.note(nil, now: self.clock.monotonicMilliseconds)
    }

    var counts: StateCounts { self.state.withLock { $0.counts } }

    func withState<Result>(_ body: (CatalogState) -> Result) -> Result { self.state.withLock { body($0) } }

    // MARK: Committing

    /// Commits group after group until the queue is closed and empty.
    func run() async {
        var retries: [Work] = []
        while let submissions = await self.queue.next(
            limit: CatalogSettings.groupLimit - retries.count, orWithoutWaiting: !retries.isEmpty)
        {
            let fresh = submissions.flatMap { submission in
                submission.commands.indices.map { Work(submission: submission, index: $0) }
            }
            retries = await self.commit(retries + fresh)
            self.queue.finishGroup(keeping: retries.map(\.submission))
        }
    }

    /// Decides and commits one group; returns what met a conflict and is to be decided again.
    private func commit(_ works: [Work]) async -> [Work] {
        var decider = Decider(settings: self.settings, time: self.clock.wallTime)
        let (decisions, (group, indices)) = self.state.withLock { state in
            let decisions = works.map {
                decider.decide($0.command, actor: $0.actor, again: $0.conflicts > 0, &state)
            }
            return (decisions, decider.draft.group(state))
        }
        let outcomes = group.writes.isEmpty ? [] : await self.store(group)
        if let newest = outcomes.compactMap(\.revision).max() { await self.waitUntilApplied(newest) }
        self.renewLeases(decider.renewed, at: group.time)
        return zip(works, decisions).compactMap { work, decision in
            guard case .accepted(let writes, let created) = decision else {
                if case .refused(let error) = decision { work.resolve(.failure(error)) }
                return nil
            }
            let awaited = writes.compactMap { indices[$0] }.map { outcomes[$0] }
            return self.finish(work, awaited, created: created)
        }
    }

    private func store(_ group: CommitGroup) async -> [CommitOutcome] {
        let start = self.clock.monotonicMicroseconds
        self.status.beginCommit(now: start / 1_000)
        let outcomes = await self.store.commit(group)
        let end = self.clock.monotonicMicroseconds
        let error = outcomes.lazy.compactMap(\.error).first
        if let error {
            self.logger?.error("the store could not commit", metadata: ["error": "\(error)", "code": "\(error.code)"])
        }
        self.status.note(error, now: end / 1_000)
        self.figures.withLock { figures in
            figures.latency.record(microseconds: end - start)
            if outcomes.contains(where: { $0.revision != nil }) { figures.commits += 1 }
            for outcome in outcomes {
                switch outcome {
                case .committed: figures.committedWrites += 1
                case .conflict: figures.conflicts += 1
                case .unavailable: figures.unavailable += 1
                }
            }
        }
        return outcomes
    }

    /// Answers one command, or returns it to be decided again.
    private func finish(_ work: Work, _ awaited: [CommitOutcome], created: Bool) -> Work? {
        if let error = awaited.lazy.compactMap(\.error).first {
            work.resolve(.failure(error.forClients))
            return nil
        }
        if awaited.contains(.conflict) {
            guard work.conflicts < CatalogSettings.conflictRetries else {
                work.resolve(
                    .failure(
                        RegistryError(.conflict, "Others changed the same records at the same time; read again, then decide again.")))
                return nil
            }
            return Work(submission: work.submission, index: work.index, conflicts: work.conflicts + 1)
        }
        let snapshot = work.command.service.flatMap { self.hub.index[$0] }
        let revision = awaited.compactMap(\.revision).max() ?? snapshot?.revision ?? self.hub.appliedRevision
        let instance = work.command.instanceID.flatMap { snapshot?.instance($0) }
        work.resolve(.success(CommandResult(revision: revision, created: created, instance: instance)))
        return nil
    }

    /// Renews the leases of instances that were heard, now that what they are is settled.
    private func renewLeases(_ keys: Set<InstanceKey>, at time: Timestamp) {
        for key in keys {
            guard let lease = self.hub.index[key.service]?.instance(key.id)?.lease else { continue }
            self.liveness.noteBeat(lease, at: time)
        }
    }

    // MARK: Applying

    /// Applies what the store committed, batch by batch, until the store is closed.
    func applyCommitted() async {
        for await batch in self.store.committed {
            self.apply(batch)
            self.appliedWaiter.signal()
        }
        self.isApplying.withLock { $0 = false }
        self.appliedWaiter.signal()
    }

    private let isApplying = Mutex(true)

    private func waitUntilApplied(_ revision: Revision) async {
        while self.hub.appliedRevision < revision, self.isApplying.withLock({ $0 }) {
            if await self.appliedWaiter.wait(deadline: .max) == .cancelled { return }
        }
    }

    private func apply(_ batch: CommittedBatch) {
        let applied = self.state.withLock { state in
            state.apply(batch) { self.liveness.lease($0, $1, after: $2) }
        }
        self.figures.withLock { figures in
            for change in batch.changes { figures.causes[Int(change.cause.rawValue)] += 1 }
        }
        var snapshots: [(ServiceKey, ServiceSnapshot?)] = []
        var deltas: [ServiceDelta] = []
        for service in applied {
            let snapshot = service.entry.map {
                ServiceSnapshot(service: $0.service, instances: $0.instances, encodings: self.encodings)
            }
            snapshots.append((service.key, snapshot))
            deltas.append(ServiceDelta(service, revision: batch.revision, encodings: self.encodings))
            for case let (before?, nil) in service.transitions.values { self.observations.forget(before.instance.number) }
        }
        self.hub.publish(snapshots, deltas, revision: batch.revision)
    }
}

extension CommitOutcome {
    fileprivate var revision: Revision? {
        if case .committed(let revision) = self { revision } else { nil }
    }

    fileprivate var error: StoreError? {
        if case .unavailable(let error) = self { error } else { nil }
    }
}

extension Command {
    /// The service that it is about.
    var service: ServiceKey? {
        switch self {
        case .register(let registration): registration.service
        case .update(let key, _, _), .deregister(let key, _), .renew(let key, _, _), .expire(let key, _), .purge(let key, _),
            .purgeTombstone(let key):
            key.service
        case .updateService(let key, _, _), .deleteService(let key, _), .purgeService(let key): key
        }
    }

    /// The instance that it is about; nil when it is about the service itself.
    var instanceID: String? {
        switch self {
        case .register(let registration): registration.instanceID
        case .update(let key, _, _), .deregister(let key, _), .renew(let key, _, _), .expire(let key, _), .purge(let key, _),
            .purgeTombstone(let key):
            key.id
        case .updateService, .deleteService, .purgeService: nil
        }
    }
}
