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
    }

    private let clock: any RegistryClock
    private let settings: CatalogSettings
    private let state: Mutex<State>
    /// A copy of ``LivenessTime/stoodStill``, so that a heartbeat takes no lock.
    private let stoodStill = Atomic<Int64>(0)
    /// Signalled when there are overdue leases.
    let overdueWaiter = Waiter()

    init(clock: any RegistryClock, settings: CatalogSettings) {
        self.clock = clock
        self.settings = settings
        let now = clock.monotonicMilliseconds
        self.state = Mutex(
            State(
                time: LivenessTime(monotonic: now),
                wheel: TimingWheel(resolution: CatalogSettings.tick.milliseconds, now: now)))
    }

    /// Liveness time, in milliseconds.
    var now: Int64 { self.clock.monotonicMilliseconds - self.stoodStill.load(ordering: .acquiring) }

    var standstills: (count: Int, milliseconds: Int64) {
        self.state.withLock { ($0.time.standstills, $0.time.stoodStill) }
    }

    // MARK: Leases

    /// The lease that an instance has from now on: the one it had, when nothing about it changed.
    func lease(_ key: InstanceKey, _ instance: Instance, after before: InstanceRecord?) -> Lease? {
        let obligation = Obligation(of: instance.spec, settings: self.settings)
        guard let terms = obligation.lease(for: instance.health) else { return nil }
        let isSameProcess = before?.instance.incarnation == instance.incarnation
        if let kept = before?.lease, isSameProcess, kept.number == instance.number, kept.purpose == terms.purpose,
            kept.span == terms.span.milliseconds, kept.renewable == terms.renewable, !kept.isClaimed
        {
            return kept
        }
        let lease = Lease(
            key: key, number: instance.number, purpose: terms.purpose, span: terms.span, grace: terms.grace,
            renewable: terms.renewable, deadline: self.now + terms.span.milliseconds)
        if isSameProcess, let beat = before?.lease?.lastBeat { lease.noteBeat(at: beat) }
        self.arm([lease])
        return lease
    }

    /// The lease of an instance that was read from the store: its ttl begins anew; a DOWN one is kept for what is left of its time.
    func leaseAtStart(_ key: InstanceKey, _ instance: Instance) -> Lease? {
        guard let terms = Obligation(of: instance.spec, settings: self.settings).lease(for: instance.health) else { return nil }
        var remaining = terms.span.milliseconds
        if terms.purpose == .removal, !terms.renewable {
            let past = self.clock.wallTime.since(instance.health.since).milliseconds
            remaining = min(max(remaining - past, terms.grace.milliseconds), max(remaining, terms.grace.milliseconds))
        }
        let lease = Lease(
            key: key, number: instance.number, purpose: terms.purpose, span: terms.span, grace: terms.grace,
            renewable: terms.renewable, deadline: self.now + remaining)
        self.arm([lease])
        return lease
    }

    /// Notes that the owner of an instance was heard.
    func noteBeat(_ lease: Lease, at time: Timestamp) {
        lease.noteBeat(at: time)
        if lease.renewable, lease.renew(now: self.now) == .needsCommit { self.revive([lease]) }
    }

    func arm(_ leases: [Lease]) {
        self.state.withLock { state in
            for lease in leases {
                if let deadline = lease.scheduledDeadline { state.wheel.add(lease, at: deadline) }
            }
        }
    }

    /// Takes back the claims of leases whose commit failed or was void, so that they are looked at again.
    func revive(_ leases: [Lease]) {
        let now = self.now
        self.arm(leases.filter { $0.revive(now: now) })
    }

    // MARK: Ticking

    /// Moves liveness time on and claims what is overdue.
    func tick(storeIsAway: Bool) {
        let foundSome = self.state.withLock { state in
            let now = state.time.tick(
                monotonic: self.clock.monotonicMilliseconds, interval: CatalogSettings.tick.milliseconds,
                storeIsAway: storeIsAway)
            self.stoodStill.store(state.time.stoodStill, ordering: .releasing)
            var due: [Lease] = []
            state.wheel.advance(to: now) { due.append($0) }
            for lease in due {
                switch lease.due(now: now, floor: state.time.floor) {
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
            return taken
        }
    }
}
