import Logging
import RegistryCatalog
import RegistryHealth
import RegistryModel
import ServiceLifecycle
import Synchronization

/// Makes the registry's own checks for as long as the server runs, and has the catalogue commit what they come to.
///
/// What to do is the plan's to decide; this holds its lock, makes its probes in as many tasks as it allows at once, and is told by the
/// catalogue which instances have changed. What could not be committed is found again as long as it is so.
///
/// Of several nodes the first in rank for a service checks its instances. What it takes over from another it knows as after a restart.
final class ProbeService: ServiceLifecycle.Service, CheckReports {
    private let catalog: Catalog
    private let prober: any Prober
    private let clock: any RegistryClock
    private let logger: Logger
    private let plan: Mutex<ProbePlan>
    /// What reported resources come to, by the number of the instance, until the next commit.
    private let resources = Mutex<[Int64: Judged]>([:])
    /// Signals, of which one is as good as many: something may be due, or has to be committed.
    private let dispatches = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let commits = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    private typealias Judged = (key: InstanceKey, number: Int64, judgement: Judgement)

    /// Judgements in one commit at most.
    private static let commitLimit = 512
    /// How long it waits after a commit that failed.
    private static let retryDelay = TimeSpan.milliseconds(500)

    /// - Parameter generator: where chance comes from.
    init(
        catalog: Catalog, prober: any Prober, clock: any RegistryClock, settings: ProbeSettings, logger: Logger,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.catalog = catalog
        self.prober = prober
        self.clock = clock
        self.logger = logger
        self.plan = Mutex(ProbePlan(settings: settings, now: clock.monotonicMilliseconds, generator: generator))
    }

    var figures: ProbeFigures { self.plan.withLock { $0.figures } }

    func checks(of number: Int64) -> [CheckReport] { self.plan.withLock { $0.reports(of: number) } }

    /// Probes until a graceful stop or cancellation.
    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.follow() }
                group.addTask { await self.tick() }
                group.addTask { await self.commit() }
                await self.dispatch()
                group.cancelAll()
            }
        }
    }

    // MARK: Who is probed

    private func follow() async {
        let probed = self.catalog.followProbedInstances()
        while let keys = await probed.next(limit: Self.commitLimit) {
            self.update(keys)
            self.dispatches.continuation.yield()
            self.commits.continuation.yield()
        }
    }

    /// Looks the instances up under the lock: whoever comes later has looked later, so that the newest state is the one that stays.
    private func update(_ keys: some Sequence<InstanceKey>) {
        let now = self.clock.monotonicMilliseconds
        self.plan.withLock { plan in
            for key in keys {
                guard self.catalog.isOnDuty(for: key.service),
                    let instance = self.catalog.snapshot(of: key.service)?.instance(key.id)?.instance
                else {
                    plan.remove(key)
                    continue
                }
                plan.put(ProbedInstance(key, instance, checks: self.catalog.checks(of: instance.spec)), now: now)
            }
        }
    }

    // MARK: Probing

    private func tick() async {
        while await self.sleep(ProbeSettings.tick) { self.dispatches.continuation.yield() }
    }

    private func dispatch() async {
        await withDiscardingTaskGroup { group in
            for await _ in self.dispatches.stream {
                let now = self.clock.monotonicMilliseconds
                let isCutOff = self.catalog.isCutOff
                for job in self.plan.withLock({ $0.takeDue(now: now, isCutOff: isCutOff) }) {
                    group.addTask { await self.make(job) }
                }
            }
            group.cancelAll()
        }
    }

    private func make(_ job: ProbePlan.Job) async {
        let outcome = await self.prober.probe(job.target, timeout: job.timeout)
        // A probe that was given up because the server stops says nothing.
        guard !Task.isCancelled else { return }
        let (now, time) = (self.clock.monotonicMilliseconds, self.clock.wallTime)
        let isCutOff = self.catalog.isCutOff
        let (counts, hasFindings) = self.plan.withLock { plan in
            (plan.finish(job, outcome, now: now, time: time, isCutOff: isCutOff), plan.hasFindings)
        }
        let isJudged = counts && self.judge(outcome.resources, of: job)
        if hasFindings || isJudged { self.commits.continuation.yield() }
        self.dispatches.continuation.yield()
    }

    private func judge(_ details: HealthDetails?, of job: ProbePlan.Job) -> Bool {
        guard let details, let judgement = self.catalog.noteResources(details, of: job.key, number: job.number) else {
            return false
        }
        self.resources.withLock { $0[job.number] = (job.key, job.number, judgement) }
        return true
    }

    // MARK: Committing

    private func commit() async {
        for await _ in self.commits.stream {
            while await self.commitSome() {}
        }
    }

    /// Commits what there is, up to a limit. Returns whether there was anything.
    private func commitSome() async -> Bool {
        let findings = self.plan.withLock { $0.takeFindings(limit: Self.commitLimit) }
        let resources = self.takeResources(limit: Self.commitLimit)
        guard !findings.isEmpty || !resources.isEmpty else { return false }
        let results = await self.catalog.judge(findings.map(\.judged) + resources)
        self.update(findings.lazy.map(\.key))
        self.plan.withLock { plan in
            for finding in findings { plan.settle(finding) }
        }
        guard let error = results.lazy.compactMap({ $0.error }).first else { return true }
        self.logger.warning(
            "What checks came to could not be committed; it is tried again.",
            metadata: ["error": "\(error)", "instances": .stringConvertible(results.count)])
        return await self.sleep(Self.retryDelay)
    }

    /// Of these none is tried again: the next report says it anew.
    private func takeResources(limit: Int) -> [Judged] {
        self.resources.withLock { resources in
            let taken = Array(resources.values.prefix(limit))
            for judged in taken { resources[judged.number] = nil }
            return taken
        }
    }

    /// False once the task is cancelled.
    private func sleep(_ span: TimeSpan) async -> Bool {
        do {
            try await self.clock.sleep(for: span)
            return true
        } catch {
            return false
        }
    }
}

extension Finding {
    fileprivate var judged: (key: InstanceKey, number: Int64, judgement: Judgement) {
        (self.key, self.number, Judgement(.probe, error: self.error, detail: self.detail))
    }
}

extension Result {
    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
