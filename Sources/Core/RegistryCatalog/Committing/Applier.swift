import Logging
import RegistryModel
import Synchronization

/// Takes over what the store committed, in the order of revisions, and publishes it. Holds the state that this leads to.
final class Applier: Sendable {
    private let store: any CatalogStore
    let link: (any ClusterLink)?
    private let state = Mutex(CatalogState())
    private let hub: WatchHub
    let liveness: Liveness
    private let encodings: EncodedCache
    private let observations: Observations
    let clock: any RegistryClock
    private let settings: CatalogSettings
    let protectionLog: ProtectionLog
    let probed: ProbedInstances
    private let causes = Mutex<[Int]>(Array(repeating: 0, count: Int(UInt8.max) + 1))
    private let hasEnded = Atomic<Bool>(false)
    private let shownRegistryID = Mutex("")
    let subscriptionChanges = SubscriptionChanges(limit: Applier.changedSubscriptions)
    /// Changed subscriptions that are remembered one by one, until whoever makes the deliveries looks.
    private static let changedSubscriptions = 4_096
    /// Above the number of every row that was loaded.
    private let firstNumber = Atomic<Int64>(0)
    /// Signalled when a batch is applied, or none will be any more.
    private let progress = Waiter()
    /// Those who wait for a revision.
    let waiting = RevisionWaiters()
    let drains: ClusterDrains

    init(
        store: any CatalogStore, hub: WatchHub, liveness: Liveness, encodings: EncodedCache,
        observations: Observations, probed: ProbedInstances, drains: ClusterDrains, clock: any RegistryClock,
        settings: CatalogSettings, link: (any ClusterLink)?, logger: Logger?
    ) {
        self.store = store
        self.link = link
        self.drains = drains
        self.hub = hub
        self.liveness = liveness
        self.encodings = encodings
        self.observations = observations
        self.clock = clock
        self.settings = settings
        self.protectionLog = ProtectionLog(logger: logger)
        self.probed = probed
    }

    /// Looks at the state, or takes numbers from it; only the applier changes its records.
    func withState<Result: Sendable>(_ body: (inout CatalogState) -> Result) -> Result {
        self.state.withLock { body(&$0) }
    }

    /// Whether a row with this number is from before this process.
    func wasLoaded(_ number: Int64) -> Bool { number < self.firstNumber.load(ordering: .acquiring) }

    /// Committed changes by cause since this process started.
    func count(of cause: Cause) -> Int { self.causes.withLock { $0[Int(cause.rawValue)] } }

    /// Of what is shown; empty before anything is.
    var registryID: String { self.shownRegistryID.withLock { $0 } }

    /// Takes over what the store holds, and publishes it. Before anything else.
    func load(_ stored: StoredCatalog, at time: Timestamp) {
        self.shownRegistryID.withLock { $0 = stored.registryID }
        self.firstNumber.store(stored.nextNumber, ordering: .releasing)
        let (entries, counts, isWide) = self.state.withLock { state in
            state = CatalogState(stored, overrideAbsence: self.settings.overrideAbsence) {
                self.liveness.leaseAtStart($0, $1)
            }
            state.restoreWide(self.settings, at: time)
            if self.link != nil { state.share() }
            return (Array(state.services), state.counts, state.wide.isActive)
        }
        if isWide { self.protectionLog.tell(of: .began, counts) }
        let snapshots = entries.map { self.snapshot($0, publishedAt: 0) }
        self.hub.load(snapshots, revision: stored.revision)
        self.probed.noteAll()
        self.subscriptionChanges.noteAll()
        self.take(stored.events)
    }

    /// Takes over what the store holds in place of what was shown before. Before anything is applied.
    func replace(with stored: StoredCatalog) {
        self.firstNumber.store(stored.nextNumber, ordering: .releasing)
        let batch = CommittedBatch(whole: stored, time: self.clock.wallTime)
        self.apply(batch)
        if let numbers = stored.numbers { self.withState { $0.numbers.add(numbers) } }
        self.subscriptionChanges.noteAll()
        self.take(batch.events)
        self.waiting.reach(self.hub.appliedRevision)
    }

    /// Applies what the store committed, batch by batch, until the store is closed or the task cancelled.
    func run() async {
        for await batch in self.store.committed {
            if batch.isEmpty { self.advance(to: batch.revision) } else { self.apply(batch) }
            self.drains.note(batch)
            self.take(batch.events)
            self.progress.signal()
            self.waiting.reach(self.hub.appliedRevision)
        }
        self.hasEnded.store(true, ordering: .releasing)
        self.progress.signal()
    }

    /// Waits until a revision is applied; false when it will not be. One task at a time.
    func waitUntilApplied(_ revision: Revision) async -> Bool {
        while self.hub.appliedRevision < revision {
            if self.hasEnded.load(ordering: .acquiring) { return self.hub.appliedRevision >= revision }
            if await self.progress.wait(deadline: .max) == .cancelled { return self.hub.appliedRevision >= revision }
        }
        return true
    }

    /// Nothing was changed by a commit, and this node has come past it.
    private func advance(to revision: Revision) {
        guard revision > self.hub.appliedRevision else { return }
        self.withState { $0.revision = max($0.revision, revision) }
        self.hub.publish([], [], revision: revision)
    }

    private func apply(_ batch: CommittedBatch) {
        if let id = batch.registryID { self.shownRegistryID.withLock { $0 = id } }
        let publishedAt = self.clock.monotonicMicroseconds
        let (applied, turn, counts) = self.state.withLock { state in
            if batch.isWhole, self.link != nil { state.numbers.removeAll() }
            let applied = state.apply(batch) { self.liveness.lease($0, $1, after: $2) }
            guard self.settings.protects else { return (applied, nil as WideProtection.Turn?, state.counts) }
            // Nodes that share the roll have to come to the same: what they agree on are the commits, and their times.
            let now = self.link == nil ? self.liveness.now : batch.time.milliseconds
            let turn = state.reviewWide(applied, now: now, at: batch.time)
            return (applied, turn, state.counts)
        }
        self.protectionLog.tell(of: batch.changes)
        if let turn { self.protectionLog.tell(of: turn, counts) }
        self.causes.withLock { causes in
            for change in batch.changes { causes[Int(change.cause.rawValue)] += 1 }
        }
        let snapshots = applied.map { service in
            (service.key, service.entry.map { self.snapshot($0, publishedAt: publishedAt, of: batch) })
        }
        if batch.isWhole {
            self.hub.reload(snapshots, revision: batch.revision, time: self.clock.monotonicMilliseconds)
            self.drains.note(reloaded: applied.compactMap { $0.untold(at: batch.revision) })
        } else {
            let deltas = applied.map {
                ServiceDelta($0, revision: batch.revision, publishedAt: publishedAt, encodings: self.encodings)
            }
            self.hub.publish(snapshots, deltas, revision: batch.revision)
        }
        self.subscriptionChanges.note(
            batch.records.compactMap { if case .subscription(let id, _, _) = $0 { id } else { nil } })
        // After it is published: whoever notes something of an instance looks afterwards whether it is still there.
        for service in applied {
            self.forgetObservations(after: service)
            self.probed.note(service)
        }
    }

    /// What a process said of itself goes with it.
    private func forgetObservations(after service: CatalogState.Applied) {
        for transition in service.transitions {
            let after = transition.after
            guard let before = transition.before,
                after?.instance.incarnation != before.instance.incarnation || after == nil
            else {
                continue
            }
            self.observations.forget(before.instance.number)
        }
    }

    private func snapshot(
        _ entry: CatalogState.ServiceEntry, publishedAt: Int64, of batch: CommittedBatch? = nil
    ) -> ServiceSnapshot {
        var repairedAt: Revision?
        if let batch, batch.isWhole, let shown = self.hub.index[entry.service.key],
            shown.revision == entry.service.revision
        {
            let isSame = shown.shows(entry.service, entry.instances)
            repairedAt = isSame ? shown.repairedAt : batch.revision
        }
        return ServiceSnapshot(
            service: entry.service, instances: entry.instances, publishedAt: publishedAt, repairedAt: repairedAt,
            encodings: self.encodings)
    }
}
