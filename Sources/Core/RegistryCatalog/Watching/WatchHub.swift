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

    /// Makes a revision visible of which it is not known by which changes it came about: whoever is behind gets a gap.
    func reload(_ snapshots: [(ServiceKey, ServiceSnapshot?)], revision: Revision) {
        let woken = self.state.withLock { state in
            for (key, snapshot) in snapshots { self.index.publish(snapshot, at: key) }
            state.log = Self.emptyLog(self.settings, from: revision)
            state.applied = revision
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

    /// What a watcher at `position` has not seen (nil: it has seen nothing), and where it is after that.
    func steps(for scope: WatchScope, from position: Revision?) -> (steps: [WatchStep], position: Revision) {
        self.state.withLock { state in
            // A revision above ours is of another registry, or of a store that was set back: begin anew.
            guard let position, position <= state.applied else {
                let lost = position.map { $0 > state.applied } ?? false
                return (
                    self.everything(in: scope, applied: state.applied, gapFrom: lost ? position : nil), state.applied
                )
            }
            guard position < state.applied else { return ([], position) }
            let steps =
                if case .services(let keys) = scope {
                    self.changes(of: keys, after: position, state)
                } else {
                    self.changes(in: scope, after: position, state)
                }
            return (steps, state.applied)
        }
    }

    /// The newest change of this cause of an instance, with the instance before and after it; nil when that is not known any more.
    func latest(of cause: Cause, _ key: InstanceKey) -> (revision: Revision, before: Instance?, after: Instance?)? {
        self.state.withLock { state in
            let found = state.log.latest(of: key.service) { $0.change.instance == key.id && $0.change.cause == cause }
            return found.map { ($0.revision, $0.entry.before?.instance, $0.entry.after?.instance) }
        }
    }

    private func everything(in scope: WatchScope, applied: Revision, gapFrom: Revision?) -> [WatchStep] {
        var events: [WatchStep.Event] = []
        switch scope {
        case .services(let keys):
            for key in keys {
                if let gapFrom { events.append(.gap(key, from: gapFrom, to: applied)) }
                events.append(.snapshot(key, self.index[key]))
            }
        case .namespace(let namespace):
            if let gapFrom {
                events.append(.gap(ServiceKey(namespace: namespace, name: "*"), from: gapFrom, to: applied))
            }
            events += self.index.all(namespace: namespace).map { .snapshot($0.key, $0) }
        case .everything:
            if let gapFrom { events.append(.gap(ServiceKey(namespace: "*", name: "*"), from: gapFrom, to: applied)) }
            events += self.index.all(namespace: nil).map { .snapshot($0.key, $0) }
        }
        if scope.saysSynced { events.append(.synced) }
        return self.together(events, at: applied)
    }

    /// Steps of which only the last may be resumed from.
    private func together(_ events: [WatchStep.Event], at revision: Revision) -> [WatchStep] {
        events.indices.map { index in
            WatchStep(event: events[index], revision: revision, isResumable: index == events.count - 1)
        }
    }

    private func changes(of keys: [ServiceKey], after position: Revision, _ state: borrowing State) -> [WatchStep] {
        var deltas: [ServiceDelta] = []
        var gaps: [WatchStep.Event] = []
        for key in keys {
            let snapshot = self.index[key]
            if let snapshot, snapshot.revision <= position { continue }
            if let found = state.log.deltas(of: key, after: position) {
                deltas += found
            } else if let snapshot {
                gaps += [.gap(key, from: position, to: snapshot.revision), .snapshot(key, snapshot)]
            } else if state.log.lacks(key, after: position) {
                // It may have been deleted meanwhile, and nothing here tells.
                gaps += [.gap(key, from: position, to: state.applied), .snapshot(key, nil)]
            }
        }
        // What a gap left out may be older than a delta beside it, so no one may resume between them.
        guard gaps.isEmpty else { return self.together(gaps + deltas.map { .delta($0) }, at: state.applied) }
        return self.told(deltas)
    }

    private func changes(in scope: WatchScope, after position: Revision, _ state: borrowing State) -> [WatchStep] {
        guard let deltas = state.log.deltas(after: position, where: scope.contains) else {
            return self.everything(in: scope, applied: state.applied, gapFrom: position)
        }
        return self.told(deltas)
    }

    /// Deltas in the order of revisions; the last of each revision may be resumed from.
    private func told(_ deltas: [ServiceDelta]) -> [WatchStep] {
        let ordered = deltas.sorted { $0.revision == $1.revision ? $0.key < $1.key : $0.revision < $1.revision }
        return ordered.indices.map { index in
            let isLast = index == ordered.count - 1 || ordered[index + 1].revision != ordered[index].revision
            return WatchStep(event: .delta(ordered[index]), revision: ordered[index].revision, isResumable: isLast)
        }
    }
}
