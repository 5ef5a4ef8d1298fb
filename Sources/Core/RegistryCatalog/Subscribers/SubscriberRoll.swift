public import RegistryModel
import Synchronization

/// The roll of those who read: streams, blocking readers and callbacks, how far each was told, and what each has confirmed.
///
/// What moves with every event is an atomic of each subscriber's own; the lock is taken when one comes, goes or confirms.
public final class SubscriberRoll: Sendable {
    private struct State {
        var table: SubscriberTable
        /// Of the drains that are waited for.
        var waiters: [Int: Waiter] = [:]
    }

    /// Streams and readers that are kept though nobody is connected.
    static let lingeringLimit = 16_384
    /// Drains that may wait at once, and the subscribers that all of them may wait for, each counted once a drain.
    static let drainLimit = 4_096
    static let awaitedLimit = 500_000

    private let clock: any RegistryClock
    private let state: Mutex<State>

    init(clock: any RegistryClock, lingeringLimit: Int = SubscriberRoll.lingeringLimit) {
        self.clock = clock
        self.state = Mutex(State(table: SubscriberTable(limit: lingeringLimit)))
    }

    // MARK: Subscribers

    /// Those who read a service now, in the order of their ids.
    public func subscribers(of service: ServiceKey) -> [Subscriber] {
        self.state.withLock { $0.table.subscribers(of: service).map(\.now) }
    }

    /// A stream has been opened. Its ticket is to live as long as it does.
    ///
    /// - Parameters:
    ///   - watch: what the stream shows.
    ///   - filter: which instances it shows; what does not concern them is not waited for.
    ///   - resumed: the revision up to which its client has everything already; nil: it begins from nothing.
    public func begin(
        _ watch: Watch, _ reader: ReaderName, where filter: InstanceFilter, resumed: Revision?
    ) -> SubscriberTicket {
        let subscriber = self.subscriber(watch.id, .stream, reader.client, watch.scope)
        let mark = self.update { $0.begin(subscriber, reader, filter, resumed: resumed) }
        return SubscriberTicket(id: watch.id, mark: mark, roll: self, lingers: true)
    }

    /// A reader asks for news of a service. Its ticket is to end when the answer is about to be written.
    ///
    /// - Parameter index: the revision that it has; so it confirms everything up to there. Nil: none.
    public func ask(_ reader: ReaderName, of service: ServiceKey, index: Revision?) -> SubscriberTicket {
        let time = self.clock.wallTime
        let (id, mark) = self.update { $0.ask(reader, service, index: index, at: time) }
        return SubscriberTicket(id: id, mark: mark, roll: self, lingers: true)
    }

    /// A callback is told of a service from now on, until its ticket ends: then it is off the roll at once.
    ///
    /// - Parameters:
    ///   - id: that of the subscription.
    ///   - confirmed: the revision that it has taken already; nil: none.
    public func begin(
        webhook id: String, client: String, of service: ServiceKey, confirmed: Revision?
    ) -> SubscriberTicket {
        let subscriber = self.subscriber(id, .webhook, client, .services([service]))
        let reader = ReaderName(client: client, address: id)
        let mark = self.update { $0.begin(subscriber, reader, nil, resumed: confirmed) }
        return SubscriberTicket(id: id, mark: mark, roll: self, lingers: false)
    }

    private func subscriber(
        _ id: String, _ kind: Subscriber.Kind, _ client: String, _ scope: WatchScope
    ) -> Subscriber {
        Subscriber(id: id, kind: kind, client: client, scope: scope, since: self.clock.wallTime, isConnected: true)
    }

    /// The client of a stream says that it has taken over everything up to a revision.
    ///
    /// Throws `unknown_watch`, and `invalid` for a revision that it was never told.
    public func acknowledge(watch id: String, _ revision: Revision) throws(RegistryError) -> Subscriber {
        let found: (entry: SubscriberTable.Entry, told: Revision)? = self.update { table in
            guard let entry = table.entries[id], entry.subscriber.kind == .stream else { return nil }
            let told = max(entry.mark.offered ?? .zero, entry.confirmed ?? .zero)
            if revision <= told { table.confirm(id, revision) }
            return table.entries[id].map { ($0, told) }
        }
        guard let found else { throw .unknownWatch(id) }
        guard revision <= found.told else {
            throw .invalid([
                FieldError(
                    field: "revision",
                    message: "is \(revision); the stream has told up to \(found.told), and no more can be confirmed")
            ])
        }
        return found.entry.now
    }

    func began(_ id: String, at revision: Revision) { self.update { $0.began(id, at: revision) } }
    func confirm(_ id: String, _ revision: Revision) { self.update { $0.confirm(id, revision) } }

    func end(_ id: String, lingers: Bool) {
        let now = self.clock.monotonicMilliseconds
        self.update { lingers ? $0.leave(id, now: now) : $0.remove(id) }
    }

    // MARK: Drains

    /// Whether one more may wait.
    var mayDrain: Bool {
        self.state.withLock {
            $0.table.drains.count < Self.drainLimit && $0.table.drains.awaited < Self.awaitedLimit
        }
    }

    /// Those that wait, over or not.
    var openDrains: Int { self.state.withLock { $0.table.drains.count } }

    /// Begins to wait for those who read the service and whom the change of this instance concerns.
    ///
    /// - Parameter change: the instance before and after; nil: not known any more, so it may concern everybody.
    func beginDrain(
        of service: ServiceKey, at revision: Revision, change: (before: Instance?, after: Instance?)?
    ) -> (number: Int, waiter: Waiter) {
        let waiter = Waiter()
        let number = self.state.withLock { state in
            let concerned = state.table.subscribers(of: service).filter { entry in
                guard let filter = entry.filter, let change else { return true }
                return [change.before, change.after].contains { $0.map { filter.matches($0) } ?? false }
            }
            let number = state.table.drains.begin(at: revision, awaiting: concerned)
            state.waiters[number] = waiter
            return number
        }
        return (number, waiter)
    }

    /// Whether anybody has still to take it over.
    func isAwaited(drain number: Int) -> Bool {
        self.state.withLock { $0.table.drains[number]?.awaited.isEmpty == false }
    }

    func report(ofDrain number: Int) -> DrainReport? {
        self.state.withLock { state in
            guard let progress = state.table.drains[number] else { return nil }
            var report = DrainReport(revision: progress.revision, confirmed: progress.confirmed, gone: progress.gone)
            let awaited = progress.awaited.sorted().compactMap { state.table.entries[$0]?.now }
            report.delivered = awaited.filter { $0.delivered.map { $0 >= progress.revision } ?? false }
            report.pending = awaited.filter { $0.delivered.map { $0 < progress.revision } ?? true }
            return report
        }
    }

    func endDrain(_ number: Int) {
        self.state.withLock { state in
            state.table.drains.end(number)
            state.waiters[number] = nil
        }
    }

    /// For the tick: forgets those whose time is over, and ends the waits that are.
    func tick(now: Int64) {
        self.update { $0.sweep(now: now) }
        let waiters = self.state.withLock { Array($0.waiters.values) }
        for waiter in waiters { waiter.expire(now: now) }
    }

    /// Changes the table, and wakes those that wait for what this settled.
    @discardableResult
    func update<Result: Sendable>(_ body: (inout SubscriberTable) -> Result) -> Result {
        let (result, woken) = self.state.withLock { state in
            let result = body(&state.table)
            return (result, state.table.drains.takeSettled().compactMap { state.waiters[$0] })
        }
        for waiter in woken { waiter.signal() }
        return result
    }
}
