public import RegistryModel
import Synchronization

/// The deadline of one instance, which heartbeats push back without a lock: for its expiry while it is well, for its removal
/// once it is DOWN.
///
/// One lease serves one phase of one instance; when the phase changes it is cancelled and another takes its place. Deadlines
/// are milliseconds of liveness time (``LivenessTime``).
public final class Lease: Sendable {
    /// What happens when it runs out.
    enum Purpose: Sendable, Hashable {
        case expiry
        case removal
    }

    /// What a lease stands for, and for how long.
    struct Terms: Sendable, Hashable {
        var purpose: Purpose
        /// From a renewal to the deadline.
        var span: TimeSpan
        /// What is left at least after a standstill: the instance's ttl.
        var grace: TimeSpan
        /// Whether a heartbeat alone renews it; else the renewal has to be committed.
        var isRenewable: Bool
    }

    let key: InstanceKey
    let number: Int64
    let terms: Terms

    private let deadline: Atomic<Int64>
    private let beat = Atomic<Int64>(0)

    /// The wheel has found it overdue, and a commit is on its way.
    private static let claimed = Int64.min
    /// Another lease took its place, or the instance is gone.
    private static let cancelled = Int64.min + 1
    /// How long a claim that came to nothing rests at least, in milliseconds.
    private static let rest: Int64 = 1_000

    init(key: InstanceKey, number: Int64, terms: Terms, deadline: Int64) {
        self.key = key
        self.number = number
        self.terms = terms
        self.deadline = Atomic(deadline)
    }

    /// When its owner last beat, by the wall clock; nil when it has not since this process started.
    public var lastBeat: Timestamp? {
        let milliseconds = self.beat.load(ordering: .relaxed)
        return milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds)
    }

    func noteBeat(at time: Timestamp) { self.beat.store(time.milliseconds, ordering: .relaxed) }

    /// Pushes the deadline to `now` plus the span, never back. False when it cannot: it is not renewable, overdue, or over.
    func renew(now: Int64) -> Bool {
        guard self.terms.isRenewable else { return false }
        var current = self.deadline.load(ordering: .acquiring)
        while current != Self.claimed, current != Self.cancelled {
            let exchange = self.deadline.compareExchange(
                expected: current, desired: max(current, now + self.terms.span.milliseconds),
                ordering: .acquiringAndReleasing)
            if exchange.exchanged { return true }
            current = exchange.original
        }
        return false
    }

    enum OnDue: Sendable, Hashable {
        /// Nothing to do: look again at this time.
        case later(Int64)
        /// It is overdue, and now claimed: commit what it stands for.
        case claim
        /// Drop it.
        case over
    }

    /// What the wheel finds when it comes by.
    ///
    /// - Parameters:
    ///   - floor: liveness time at the end of the last standstill.
    ///   - precedence: milliseconds that others are left to act first.
    func due(now: Int64, floor: Int64, precedence: () -> Int64 = { 0 }) -> OnDue {
        var current = self.deadline.load(ordering: .acquiring)
        while current != Self.claimed, current != Self.cancelled {
            let effective = max(current, floor + self.terms.grace.milliseconds)
            if effective > now { return .later(effective) }
            let turn = effective + precedence()
            if turn > now { return .later(turn) }
            let exchange = self.deadline.compareExchange(
                expected: current, desired: Self.claimed, ordering: .acquiringAndReleasing)
            if exchange.exchanged { return .claim }
            current = exchange.original
        }
        return .over
    }

    var isClaimed: Bool { self.deadline.load(ordering: .acquiring) == Self.claimed }

    /// Takes back a claim because the owner was heard: the lease lasts its span again. False when there was no claim.
    func reclaim(now: Int64) -> Bool { self.unclaim(until: now + self.terms.span.milliseconds) }

    /// Takes back a claim whose commit failed: it is due again once its owner has had time to beat. False when there was none.
    func release(now: Int64) -> Bool { self.unclaim(until: now + max(self.terms.grace.milliseconds, Self.rest)) }

    private func unclaim(until deadline: Int64) -> Bool {
        self.deadline.compareExchange(
            expected: Self.claimed, desired: deadline, ordering: .acquiringAndReleasing
        ).exchanged
    }

    func cancel() { self.deadline.store(Self.cancelled, ordering: .releasing) }

    /// For the wheel: when to look first. Nil once it is over.
    var scheduledDeadline: Int64? {
        let current = self.deadline.load(ordering: .acquiring)
        return current == Self.claimed || current == Self.cancelled ? nil : current
    }
}
