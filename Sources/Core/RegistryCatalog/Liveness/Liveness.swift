import DequeModule
import RegistryModel
import Synchronization

/// The shell around liveness time and the wheel: gives out leases, and finds the overdue ones.
final class Liveness: Sendable {
    private struct State {
        var time: LivenessTime
        var wheel: TimingWheel<Lease>
        /// Claimed leases that are still to be committed.
        var overdue: Deque<Lease> = []
        /// Claimed leases that are being committed.
        var committing: [Lease] = []
    }

    private let clock: any RegistryClock
    private let settings: CatalogSettings
    private let link: (any ClusterLink)?
    private let state: Mutex<State>
    /// Copies of what ``LivenessTime`` says, so that a heartbeat takes no lock.
    private let stoodStill = Atomic<Int64>(0)
    private let ceiling: Atomic<Int64>
    /// Signalled when there are overdue leases.
    let overdueWaiter = Waiter()

    init(clock: any RegistryClock, settings: CatalogSettings, link: (any ClusterLink)? = nil) {
        self.clock = clock
        self.link = link
        self.settings = settings
        let now = clock.monotonicMilliseconds
        let interval = CatalogSettings.tick.milliseconds
        let time = LivenessTime(monotonic: now)
        self.ceiling = Atomic(time.ceiling(interval: interval))
        self.state = Mutex(State(time: time, wheel: TimingWheel(resolution: interval, now: now)))
    }

    /// Liveness time, in milliseconds.
    ///
    /// Above the ceiling the next tick will find that the clock has stood still since the last one, so it is the time of that: else
    /// what beats between the end of a standstill and the next tick would hold for longer than its ttl.
    var now: Int64 {
        let time = self.clock.monotonicMilliseconds - self.stoodStill.load(ordering: .acquiring)
        return time <= self.ceiling.load(ordering: .acquiring) ? time : self.nowBetweenTicks
    }

    /// A tick may be about to raise the ceiling. Behind it, or before the next one has read the clock, the ceiling is the one that holds.
    private var nowBetweenTicks: Int64 {
        self.state.withLock { state in
            let time = state.time.time(monotonic: self.clock.monotonicMilliseconds)
            return time <= state.time.ceiling(interval: CatalogSettings.tick.milliseconds)
                ? time : state.time.atLastTick
        }
    }

    var standstills: (count: Int, milliseconds: Int64) {
        self.state.withLock { ($0.time.standstills, $0.time.stoodStill) }
    }

    // MARK: Leases

    /// The lease that an instance has from now on: the one it had, when nothing about it changed.
    func lease(_ key: InstanceKey, _ instance: Instance, after before: InstanceRecord?) -> Lease? {
        let terms = Obligation(of: instance.spec, settings: self.settings).lease(for: instance.health)
        let isSameProcess = before?.instance.incarnation == instance.incarnation
        if isSameProcess, let kept = before?.lease, kept.number == instance.number, kept.terms == terms, !kept.isClaimed
        {
            return kept
        }
        // The old one ends before the time of the new one is taken, so no renewal falls between them.
        before?.lease?.cancel()
        guard let terms else { return nil }
        let lease = Lease(
            key: key, number: instance.number, terms: terms, deadline: self.now + terms.span.milliseconds)
        if isSameProcess, let beat = before?.lease?.lastBeat { lease.noteBeat(at: beat) }
        self.arm([lease])
        return lease
    }

    /// The lease of an instance that was read from the store: its ttl begins anew; a DOWN one is kept for what is left of its time.
    func leaseAtStart(_ key: InstanceKey, _ instance: Instance) -> Lease? {
        guard let terms = Obligation(of: instance.spec, settings: self.settings).lease(for: instance.health) else {
            return nil
        }
        var remaining = terms.span.milliseconds
        if terms.purpose == .removal, !terms.isRenewable {
            let past = max(self.clock.wallTime.since(instance.health.since).milliseconds, 0)
            remaining = max(remaining - past, terms.grace.milliseconds)
        }
        let lease = Lease(key: key, number: instance.number, terms: terms, deadline: self.now + remaining)
        self.arm([lease])
        return lease
    }

    /// Notes that the owner of an instance was heard; a claim of its lease is void by that.
    func noteBeat(_ lease: Lease, at time: Timestamp) {
        lease.noteBeat(at: time)
        let now = self.now
        if lease.terms.isRenewable, !lease.renew(now: now), lease.reclaim(now: now) { self.arm([lease]) }
    }

    /// Takes back the claims of leases whose commit failed or was void, so that they are looked at again.
    func release(_ leases: [Lease]) {
        self.state.withLock { $0.committing = [] }
        let now = self.now
        self.arm(leases.filter { $0.release(now: now) })
    }

    /// Beats may have been missed: whatever is overdue is so no more, and all have their ttl from now on at least.
    func beginAnew() {
        let claimed = self.state.withLock { state in
            state.time.beginAnew(monotonic: self.clock.monotonicMilliseconds)
            defer { state.overdue = [] }
            return state.committing + state.overdue
        }
        let now = self.now
        self.arm(claimed.filter { $0.release(now: now) })
    }

    private func arm(_ leases: [Lease]) {
        self.state.withLock { state in
            for lease in leases {
                if let deadline = lease.scheduledDeadline { state.wheel.add(lease, at: deadline) }
            }
        }
    }

    // MARK: Ticking

    /// Moves liveness time on and claims what is overdue.
    func tick(storeIsAway: Bool) {
        let foundSome = self.state.withLock { state in
            let interval = CatalogSettings.tick.milliseconds
            let now = state.time.tick(
                monotonic: self.clock.monotonicMilliseconds, interval: interval, storeIsAway: storeIsAway)
            self.stoodStill.store(state.time.stoodStill, ordering: .releasing)
            self.ceiling.store(state.time.ceiling(interval: interval), ordering: .releasing)
            var due: [Lease] = []
            state.wheel.advance(to: now) { due.append($0) }
            for lease in due {
                let turn = lease.due(now: now, floor: state.time.floor) {
                    self.link.map { Int64($0.rank(for: lease.key.service)) * CatalogSettings.precedence.milliseconds }
                        ?? 0
                }
                switch turn {
                case .later(let time): state.wheel.add(lease, at: time)
                case .claim: state.overdue.append(lease)
                case .over: break
                }
            }
            return !state.overdue.isEmpty
        }
        if foundSome { self.overdueWaiter.signal() }
    }

    /// Up to `limit` claimed leases, whose expiry or removal is to be committed.
    func takeOverdue(limit: Int) -> [Lease] {
        self.state.withLock { state in
            let taken = Array(state.overdue.prefix(limit))
            state.overdue.removeFirst(taken.count)
            state.committing = taken
            return taken
        }
    }
}
