import Logging
import RegistryModel
import Synchronization

/// The only writer: takes what waits, decides it, commits it as one group, and answers when this node has applied it.
final class Committer: Sendable {
    let queue: CommandQueue
    let status: StoreStatus
    let figures = Mutex(CommitFigures())
    let network = NetworkWatch()

    private let store: any CatalogStore
    private let clock: any RegistryClock
    private let settings: CatalogSettings
    private let logger: Logger?
    private let condition = Mutex(Condition<StoreError>())
    let link: (any ClusterLink)?
    private let applier: Applier
    let hub: WatchHub
    let liveness: Liveness

    init(
        store: any CatalogStore, clock: any RegistryClock, settings: CatalogSettings, applier: Applier, hub: WatchHub,
        liveness: Liveness, link: (any ClusterLink)?, logger: Logger?
    ) {
        self.store = store
        self.link = link
        self.clock = clock
        self.settings = settings
        self.applier = applier
        self.hub = hub
        self.liveness = liveness
        self.logger = logger
        self.queue = CommandQueue(limit: settings.queueLimit)
        self.status = StoreStatus(now: clock.monotonicMilliseconds)
    }

    /// Commits group after group until the queue is closed and empty, or the task is cancelled.
    func run() async {
        var size = GroupSize(isShared: self.settings.isShared)
        var retries: [Work] = []
        while let portions = await self.queue.next(
            limit: size.room(beside: retries.count), orWithoutWaiting: !retries.isEmpty)
        {
            let fresh = portions.flatMap { portion in
                portion.submission.open(in: portion.commands).map { Work(submission: portion.submission, index: $0) }
            }
            let (again, later) = (retries.prefix(size.limit), retries.dropFirst(size.limit))
            let behind = Set(later.compactMap(\.command.instanceKey))
            retries = (later + (await self.commit(again + fresh, behind, &size))).filter { !$0.isGivenUp }
            self.queue.finishGroup(keeping: retries.map(\.submission))
        }
    }

    /// Decides and commits one group; returns what met a conflict and is to be decided again.
    ///
    /// - Parameter behind: instances on which earlier commands wait, so that later ones have to as well.
    private func commit(_ works: [Work], _ behind: Set<InstanceKey>, _ size: inout GroupSize) async -> [Work] {
        let start = self.clock.monotonicMilliseconds
        let decided: Decided
        do throws(StoreError) {
            decided = try await self.decide(works, behind)
        } catch {
            for work in works { work.fail(error) }
            return []
        }
        let (group, renewed) = (decided.group, decided.renewed)
        let outcomes = group.writes.isEmpty ? [] : await self.store(group)
        if !group.writes.isEmpty {
            size.note(
                commands: works.count, milliseconds: self.clock.monotonicMilliseconds - start,
                hasFailed: outcomes.contains { $0.error != nil } || group.isStale(outcomes))
        }
        var isApplied = true
        if let newest = outcomes.lazy.compactMap(\.revision).max() {
            isApplied = await self.applier.waitUntilApplied(newest)
        }
        self.renewLeases(renewed, at: group.time)
        var view = LatestSnapshot(index: self.hub.index)
        let retries = zip(works, decided.decisions).compactMap { work, decision -> Work? in
            let awaited = decision.awaited.outcomes(outcomes, decided.places)
            let isHeard = work.command.instanceKey.map { renewed.contains($0) } ?? false
            let isRenewal = isHeard || work.earlier?.isRenewal == true
            return self.finish(work, decision, awaited, isApplied: isApplied, isRenewal: isRenewal, &view)
        }
        let now = self.clock.monotonicMilliseconds
        var noted: Submission?
        // Commands of one submission follow each other.
        for work in works where work.submission !== noted {
            noted = work.submission
            work.submission.noteProgress(now: now, timeout: self.settings.storeTimeout.milliseconds)
        }
        return retries
    }

    /// What a group of commands comes to.
    private struct Decided {
        let decisions: [Decision]
        let group: CommitGroup
        /// Where each write of the draft is in the group.
        let places: [Int?]
        /// Instances that were heard.
        let renewed: Set<InstanceKey>
    }

    /// Decides on the newest state, once there are numbers for all that the commands may bring.
    private func decide(_ works: [Work], _ behind: Set<InstanceKey>) async throws(StoreError) -> Decided {
        let needed = Int64(works.count * CatalogSettings.numbersPerCommand)
        while true {
            var decider = Decider(
                settings: self.settings, time: self.clock.wallTime,
                network: self.network.evidence(at: self.clock.monotonicMilliseconds), putOff: behind)
            let decided = self.applier.withState { state -> Decided? in
                guard state.numbers.count >= needed else { return nil }
                let known = state.knownDigests
                let decisions = works.map { decider.decide($0.command, actor: $0.actor, after: $0.earlier, &state) }
                var (group, places) = decider.draft.group()
                group.knownDigests = known
                group.basis = state.revision
                return Decided(decisions: decisions, group: group, places: places, renewed: decider.renewed)
            }
            if let decided { return decided }
            let reloads = self.applier.withState { $0.numbers.removals }
            let numbers = try await self.store.reserveNumbers()
            self.applier.withState { $0.numbers.add(numbers, unlessRemovedSince: reloads) }
        }
    }

    private func store(_ group: CommitGroup) async -> [CommitOutcome] {
        let start = self.clock.monotonicMicroseconds
        self.status.beginCommit(now: start / 1_000)
        let outcomes = await self.store.commit(group)
        let end = self.clock.monotonicMicroseconds
        let error = outcomes.lazy.compactMap(\.error).first
        if let change = self.condition.withLock({ $0.change(error) }) { self.tell(of: change) }
        self.status.endCommit(error, now: end / 1_000)
        self.figures.withLock { $0.note(outcomes, microseconds: end - start) }
        return outcomes
    }

    private func tell(of change: Condition<StoreError>.Change) {
        switch change {
        case .began: break
        case .recovered: self.logger?.notice("The store commits again.")
        case .failed(let error):
            self.logger?.error(
                "The store could not commit.", metadata: ["error": "\(error)", "code": "\(error.code)"])
        }
    }
}
