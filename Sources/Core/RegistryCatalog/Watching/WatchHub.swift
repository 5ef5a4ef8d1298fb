import RegistryModel
import Synchronization

/// Publishes what was committed: to readers, to the log of deltas, and to everyone who waits.
///
/// Publishing and catching up exclude each other, so that a watcher sees one cut through all of its services; plain reads go to
/// the index and are not held up.
final class WatchHub: Sendable {
    private struct State {
        var log: DeltaLog
        var applied: Revision
        var reload = Reload()
        var nextID = 0
        var waiters: [Int: (scope: WatchScope, waiter: Waiter)] = [:]
        var byService: [ServiceKey: Set<Int>] = [:]
        /// Those who watch a namespace, or everything.
        var broad: Set<Int> = []
    }

    let index: SnapshotIndex
    private let settings: CatalogSettings
    private let state: Mutex<State>
    /// A copy of the state's, so that reads do not wait for those who catch up. Moves after the index.
    private let published = Atomic<Int64>(0)

    init(index: SnapshotIndex, settings: CatalogSettings) {
        self.index = index
        self.settings = settings
        self.state = Mutex(State(log: Self.emptyLog(settings, from: .zero), applied: .zero))
    }

    /// Begins with what the store held: nothing before it is known change by change.
    func load(_ snapshots: [ServiceSnapshot], revision: Revision) {
        self.state.withLock { state in
            for snapshot in snapshots { self.index.publish(snapshot, at: snapshot.key) }
            state.log = Self.emptyLog(self.settings, from: revision)
            state.applied = revision
            self.published.store(revision.rawValue, ordering: .releasing)
        }
    }

    private static func emptyLog(_ settings: CatalogSettings, from revision: Revision) -> DeltaLog {
        DeltaLog(limit: settings.deltaLogEntries, serviceLimit: settings.deltaLogEntriesPerService, from: revision)
    }

    var appliedRevision: Revision { Revision(self.published.load(ordering: .acquiring)) }
    var waiterCount: Int { self.state.withLock { $0.waiters.count } }
    var logEntries: Int { self.state.withLock { $0.log.entries } }

    // MARK: Publishing

    /// Makes a revision visible and wakes those whom it concerns.
    func publish(_ snapshots: [(ServiceKey, ServiceSnapshot?)], _ deltas: [ServiceDelta], revision: Revision) {
        let woken: [Waiter] = self.state.withLock { state in
            for (key, snapshot) in snapshots { self.index.publish(snapshot, at: key) }
            for delta in deltas { state.log.append(delta) }
            state.applied = revision
            self.published.store(revision.rawValue, ordering: .releasing)
            var concerned: Set<Int> = []
            for (key, _) in snapshots {
                if let ids = state.byService[key] { concerned.formUnion(ids) }
                for id in state.broad where state.waiters[id]?.scope.contains(key) == true { concerned.insert(id) }
            }
            return concerned.compactMap { state.waiters[$0]?.waiter }
        }
        for waiter in woken { waiter.signal() }
    }

    /// Makes a revision visible of which it is not known by which changes it came about, nor whether what was told until then was so:
    /// everybody gets a gap, also who has come to that revision already.
    ///
    /// - Parameter time: now, in monotonic milliseconds.
    func reload(_ snapshots: [(ServiceKey, ServiceSnapshot?)], revision: Revision, time: Int64) {
        let woken = self.state.withLock { state in
            for (key, snapshot) in snapshots { self.index.publish(snapshot, at: key) }
            state.log = Self.emptyLog(self.settings, from: revision)
            state.applied = revision
            state.reload = Reload(count: state.reload.count + 1, revision: revision, time: time)
            self.published.store(revision.rawValue, ordering: .releasing)
            return state.waiters.values.map(\.waiter)
        }
        for waiter in woken { waiter.signal() }
    }

    // MARK: Waiting

    func add(_ waiter: Waiter, scope: WatchScope) -> Int {
        self.state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.waiters[id] = (scope, waiter)
            if case .services(let keys) = scope {
                for key in keys { state.byService[key, default: []].insert(id) }
            } else {
                state.broad.insert(id)
            }
            return id
        }
    }

    func remove(_ id: Int) {
        self.state.withLock { state in
            guard let (scope, _) = state.waiters.removeValue(forKey: id) else { return }
            guard case .services(let keys) = scope else {
                state.broad.remove(id)
                return
            }
            for key in keys {
                state.byService[key]?.remove(id)
                if state.byService[key]?.isEmpty == true { state.byService[key] = nil }
            }
        }
    }

    /// Ends the waits whose deadline has passed. Monotonic milliseconds.
    func expireWaits(now: Int64) {
        let waiters = self.state.withLock { $0.waiters.values.map(\.waiter) }
        for waiter in waiters { waiter.expire(now: now) }
    }

    // MARK: Catching up

    /// Where a watcher begins that says it has seen everything up to `revision`; nil: nothing.
    func place(resumingFrom revision: Revision?) -> WatchPlace {
        self.state.withLock { state in
            // Nobody knows whether it was told before everything was read anew, or after it.
            let isOlder = state.reload.count > 0 && revision.map { $0 <= state.reload.revision } ?? false
            return WatchPlace(revision: revision, reloads: state.reload.count - (isOlder ? 1 : 0))
        }
    }

    /// What a watcher at `place` has not seen, and where it is after that.
    func steps(for scope: WatchScope, from place: WatchPlace) -> (steps: [WatchStep], place: WatchPlace) {
        self.state.withLock { state in
            let catchingUp = CatchingUp(index: self.index, log: state.log, applied: state.applied)
            let next = WatchPlace(revision: state.applied, reloads: state.reload.count)
            guard let position = place.revision else { return (catchingUp.everything(in: scope, gapFrom: nil), next) }
            // A revision above ours is of another registry, or of a store that was set back; and what was told before everything was
            // read anew may never have been so: begin anew.
            guard position <= state.applied, place.reloads == state.reload.count else {
                return (catchingUp.everything(in: scope, gapFrom: position), next)
            }
            return (position < state.applied ? catchingUp.changes(in: scope, after: position) : [], next)
        }
    }

    /// When everything was read anew last.
    var reload: Reload { self.state.withLock { $0.reload } }

    /// The newest change of this cause of an instance, with the instance before and after it; nil when that is not known any more.
    func latest(of cause: Cause, _ key: InstanceKey) -> (revision: Revision, before: Instance?, after: Instance?)? {
        self.state.withLock { state in
            let found = state.log.latest(of: key.service) { $0.change.instance == key.id && $0.change.cause == cause }
            return found.map { ($0.revision, $0.entry.before?.instance, $0.entry.after?.instance) }
        }
    }
}
