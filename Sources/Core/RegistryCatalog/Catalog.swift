public import Logging
public import RegistryModel
import Synchronization

/// The catalogue of one node: who is on the roll, who answers, and who wants to know.
///
/// Reads are synchronous and never touch the store. Writes are grouped into commits and return when they are durable and this
/// node has applied them. ``load()`` it, then ``run()`` it for as long as it is used.
public final class Catalog: Sendable {
    /// Bounds what frontends keep encoded; hands out their slots.
    public let encodings: EncodedCache
    /// Who reads which service, and how far each has come.
    public let subscribers: SubscriberRoll

    let store: any CatalogStore
    /// The same where several nodes share it, found out once: every answer asks.
    let sharedStore: (any ClusterStore)?
    /// The other nodes; nil: there are none.
    let link: (any ClusterLink)?
    let clock: any RegistryClock
    let settings: CatalogSettings
    let logger: Logger?
    let index = SnapshotIndex()
    let hub: WatchHub
    let liveness: Liveness
    let observations = Observations()
    let probed: ProbedInstances
    let applier: Applier
    let committer: Committer
    let barrier = Barrier()
    let loadedSource = AtomicSource()
    let hasLoaded = Atomic<Bool>(false)
    /// Signalled once this node follows the store.
    let following = Waiter()
    private let watchCounter = Atomic<Int>(0)

    public init(
        store: any CatalogStore, clock: any RegistryClock, settings: CatalogSettings = CatalogSettings(),
        link: (any ClusterLink)? = nil, logger: Logger? = nil
    ) {
        var settings = settings
        settings.isShared = link != nil
        self.store = store
        self.sharedStore = store as? any ClusterStore
        self.link = link
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.encodings = EncodedCache(limit: settings.encodedCacheBytes)
        self.subscribers = SubscriberRoll(clock: clock)
        self.hub = WatchHub(index: self.index, settings: settings)
        self.liveness = Liveness(clock: clock, settings: settings, link: link)
        self.probed = ProbedInstances(settings: settings, index: self.index)
        self.applier = Applier(
            store: store, hub: self.hub, liveness: self.liveness, encodings: self.encodings,
            observations: self.observations, probed: self.probed,
            drains: ClusterDrains(roll: self.subscribers, hub: self.hub, clock: clock, isShared: link != nil),
            clock: clock, settings: settings, link: link, logger: logger)
        self.committer = Committer(
            store: store, clock: clock, settings: settings, applier: self.applier, hub: self.hub,
            liveness: self.liveness, link: link, logger: logger)
    }

    // MARK: This node

    /// Whether ``load()`` is done: before that every answer would be empty.
    public var isLoaded: Bool { self.hasLoaded.load(ordering: .acquiring) }

    /// Made with the data, so that a wiped registry is noticed; empty before ``load()``.
    public var registryID: String { self.applier.registryID }

    /// The newest commit that this node's answers show.
    public var appliedRevision: Revision { self.hub.appliedRevision }

    /// How long ago the store last confirmed that these answers are the newest; zero while nothing speaks against it.
    public var storeAge: TimeSpan {
        let now = self.clock.monotonicMilliseconds
        return max(self.committer.status.age(now: now), self.link?.silence(now: now) ?? .zero)
    }

    /// Why the store cannot be written now; nil while it can.
    public var storeError: StoreError? { self.committer.status.error }

    /// The figures of this moment.
    public var counts: CatalogCounts {
        let (state, protected) = self.applier.withState {
            ($0.counts, (services: $0.protectedCount, isWide: $0.wide.isActive))
        }
        let figures = self.committer.figures.withLock { $0 }
        let standstills = self.liveness.standstills
        var counts = CatalogCounts()
        counts.services = state.services
        counts.instances = state.instances
        counts.available = state.available
        counts.up = state.up
        counts.down = state.down
        counts.unknown = state.unknown
        counts.overrides = self.applier.withState { $0.overrides.count }
        counts.suspect = state.suspect
        counts.protectedServices = protected.services
        counts.isWidelyProtected = protected.isWide
        counts.protections = self.applier.protectionLog.count
        counts.commits = figures.commits
        counts.committedWrites = figures.committedWrites
        counts.conflicts = figures.conflicts
        counts.unavailableWrites = figures.unavailable
        counts.commitLatency = figures.latency
        counts.changes = Cause.allCases.map {
            CatalogCounts.Change(cause: $0.description, count: self.applier.count(of: $0))
        }
        counts.queuedCommands = self.committer.queue.count
        counts.waiters = self.hub.waiterCount
        counts.deltaLogEntries = self.hub.logEntries
        counts.encodedBytes = self.encodings.bytes
        counts.standstills = standstills.count
        counts.standstillMilliseconds = standstills.milliseconds
        return counts
    }

    // MARK: Reading

    /// A service as it is now; nil when it was never seen, or is forgotten.
    public func snapshot(of key: ServiceKey) -> ServiceSnapshot? { self.index[key] }

    /// Up to `limit` services in the order of their keys, after `after`, whose name has this prefix; in `namespace`, or with nil in all.
    public func services(namespace: String?, prefix: String = "", after: ServiceKey?, limit: Int) -> [ServiceSnapshot] {
        self.index.list(namespace: namespace, prefix: prefix, after: after, limit: limit)
    }

    /// Every namespace that has a service, and the default one.
    public func namespaces() -> [NamespaceSummary] {
        var found = [ServiceKey.defaultNamespace: NamespaceSummary(name: ServiceKey.defaultNamespace)]
        for snapshot in self.index.all(namespace: nil) {
            let name = snapshot.key.namespace
            found[name, default: NamespaceSummary(name: name)].services += 1
            found[name]?.instances += snapshot.instances.count
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// What an instance's owner said last; nil when the instance is not on the roll.
    public func observation(of key: InstanceKey) -> Observation? {
        guard let record = self.index[key.service]?.instance(key.id) else { return nil }
        var observation = self.observations[record.instance.number] ?? Observation()
        observation.lastBeat = record.lease?.lastBeat
        return observation
    }

    // MARK: Waiting

    /// Waits until a service's revision is above `revision`, or it comes or goes; false when it has not within `timeout`. After everything
    /// was read anew, and it may be another one at the same revision, nobody waits for longer than it takes all to come back once.
    ///
    /// Throws ``RegistryError/Code/notReady`` when the task is cancelled.
    public func waitForChange(
        of key: ServiceKey, after revision: Revision, timeout: TimeSpan
    ) async throws(RegistryError) -> Bool {
        let started = self.clock.monotonicMilliseconds
        var deadline = started + timeout.milliseconds
        let existed = self.index[key] != nil
        let waiter = Waiter()
        let registration = self.hub.add(waiter, scope: .services([key]))
        defer { self.hub.remove(registration) }
        let reload = self.hub.reload
        if existed, let end = reload.deadline(seen: revision, now: started, waiter: registration) {
            deadline = min(deadline, end)
        }
        while true {
            let now = self.index[key]
            if let now, now.revision > revision { return true }
            if (now != nil) != existed { return true }
            if existed, self.hub.reload != reload { return true }
            switch await waiter.wait(deadline: deadline) {
            case .changed: continue
            case .timedOut: return false
            case .cancelled:
                throw RegistryError(
                    .notReady, "The server is stopping; try another one, or try again.", retryAfter: .seconds(1))
            }
        }
    }

    /// Begins a watch: from a revision that was seen before, or with nil from the present state.
    public func watch(_ scope: WatchScope, from revision: Revision?, client: String = "") -> Watch {
        let number = self.watchCounter.add(1, ordering: .relaxed).newValue
        // A watch's id is unique within the life of this process, which its start time tells apart from others.
        let id = "\(String(self.clock.wallTime.milliseconds, radix: 36))-\(number)"
        let seen = revision.flatMap { $0 > .zero ? $0 : nil }
        return Watch(id: id, client: client, scope: scope, from: seen, hub: self.hub, clock: self.clock)
    }
}
