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
    private let link: (any ClusterLink)?
    private let applier: Applier
    private let hub: WatchHub
    private let liveness: Liveness

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
        if let error = await self.reserveNumbers(for: works.count) {
            for work in works { work.fail(error) }
            return []
        }
        var decider = Decider(
            settings: self.settings, time: self.clock.wallTime,
            network: self.network.evidence(at: self.clock.monotonicMilliseconds), putOff: behind)
        let (decisions, (group, places)) = self.applier.withState { state in
            let known = state.knownDigests
            let decisions = works.map {
                decider.decide($0.command, actor: $0.actor, after: $0.earlier, &state)
            }
            var (group, places) = decider.draft.group()
            group.knownDigests = known
            group.basis = state.revision
            return (decisions, (group, places))
        }
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
        self.renewLeases(decider.renewed, at: group.time)
        var view = LatestSnapshot(index: self.hub.index)
        let retries = zip(works, decisions).compactMap { work, decision -> Work? in
            let awaited = decision.awaited.outcomes(outcomes, places)
            let isHeard = work.command.instanceKey.map { decider.renewed.contains($0) } ?? false
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

    /// Makes sure that there are numbers for what this many commands may bring.
    private func reserveNumbers(for commands: Int) async -> StoreError? {
        let needed = Int64(commands * CatalogSettings.numbersPerCommand)
        while self.applier.withState({ $0.numbers.count }) < needed {
            do throws(StoreError) {
                let numbers = try await self.store.reserveNumbers()
                self.applier.withState { $0.numbers.add(numbers) }
            } catch {
                return error
            }
        }
        return nil
    }

    private func store(_ group: CommitGroup) async -> [CommitOutcome] {
        let start = self.clock.monotonicMicroseconds
        self.status.beginCommit(now: start / 1_000)
        let outcomes = await self.store.commit(group)
        let end = self.clock.monotonicMicroseconds
        let error = outcomes.lazy.compactMap(\.error).first
        if let error {
            self.logger?.error(
                "the store could not commit", metadata: ["error": "\(error)", "code": "\(error.code)"])
        }
        self.status.endCommit(error, now: end / 1_000)
        self.figures.withLock { $0.note(outcomes, microseconds: end - start) }
        return outcomes
    }

    /// Answers one command, or returns it to be decided again.
    private func finish(
        _ work: Work, _ decision: Decision, _ awaited: AwaitedWrites.Summary, isApplied: Bool, isRenewal: Bool,
        _ view: inout LatestSnapshot
    ) -> Work? {
        let result = decision.result
        let command = work.command
        let snapshot = view[command.service]
        let instance = command.instanceID.flatMap { snapshot?.instance($0) }
        if let error = awaited.error {
            work.fail(error, isInPart: awaited.revision != nil)
        } else if awaited.hasConflict || decision.isPremature {
            guard work.conflicts < work.patience else {
                work.resolve(.failure(.lostRace))
                return nil
            }
            // If its own write was committed, only something beside it met the conflict; else it may be another's.
            let created = work.created || ((try? result.get()) == true && awaited.hasInstance)
            var earlier = work.earlier ?? EarlierTry()
            earlier.note(
                awaited, of: command, isRefusal: (try? result.get()) == nil || decision.isPremature,
                isRenewal: isRenewal, ghosts: decision.ghosts)
            return Work(
                submission: work.submission, index: work.index, conflicts: work.conflicts + 1, created: created,
                earlier: earlier)
        } else if !isApplied, awaited.revision != nil {
            work.resolve(.failure(.notShown))
        } else {
            let revision =
                work.earlier?.doneAt ?? awaited.revision ?? snapshot?.revision ?? self.hub.appliedRevision
            let isProven = awaited.prove(command) || work.earlier?.hasDone(command) == true
            let final = result.map {
                CommandResult(
                    revision: revision, created: $0 || work.created, instance: instance, isProven: isProven)
            }
            let isNew = (try? result.get()) == true
            self.settle(work, final, isBeat: isRenewal && !isNew)
        }
        return nil
    }

    /// Answers a command. If it counts as a beat, then only when no other node can miss that; of one that has just come onto the roll
    /// all hear by that. One that is decided again behind a barrier is announced then.
    private func settle(_ work: Work, _ result: Result<CommandResult, RegistryError>, isBeat: Bool) {
        guard let link, isBeat, case .success(let done) = result,
            work.submission.isInformed || !result.mayBeOutdated(for: work.command), let instance = done.instance,
            instance.lease != nil
        else { return work.resolve(result) }
        link.announce([instance.instance.number], deadline: work.submission.deadline) { error in
            work.resolve(error.map { .failure($0) } ?? result)
        }
    }

    /// Renews the leases of instances that were heard, now that what they are is settled.
    private func renewLeases(_ keys: Set<InstanceKey>, at time: Timestamp) {
        for key in keys {
            guard let lease = self.hub.index[key.service]?.instance(key.id)?.lease else { continue }
            self.liveness.noteBeat(lease, at: time)
        }
    }
}

extension RegistryError {
    fileprivate static let lostRace = RegistryError(
        .conflict, "Others changed the same records at the same time; read again, then decide again.")
    fileprivate static let notShown = RegistryError(
        .notReady, "It is stored, but this node is stopping and does not show it; ask another one, or ask again.",
        retryAfter: .seconds(1))
}
