import RegistryModel
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

    let key: InstanceKey
    let number: Int64
    let purpose: Purpose
    /// Milliseconds from a renewal to the deadline.
    let span: Int64
    /// Milliseconds that are left at least after a standstill: the instance's ttl.
    let grace: Int64
    /// Whether a heartbeat alone renews it; else the renewal has to be committed.
    let renewable: Bool

    private let deadline: Atomic<Int64>
    private let beat = Atomic<Int64>(0)

    /// The wheel has found it overdue, and a commit is on its way.
    private static let claimed = Int64.min
    /// Another lease took its place, or the instance is gone.
    private static let cancelled = Int64.min + 1

    init(
        key: InstanceKey, number: Int64, purpose: Purpose, span: TimeSpan, grace: TimeSpan, renewable: Bool, deadline: Int64
    ) {
        self.key = key
        self.number = number
        self.purpose = purpose
        self.span = span.milliseconds
        self.grace = grace.milliseconds
        self.renewable = renewable
        self.deadline = Atomic(deadline)
    }

    /// When its owner last beat, by the wall clock; nil when it has not since this process started.
    var lastBeat: Timestamp? {
        let milliseconds = self.beat.load(ordering: .relaxed)
        return milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds)
    }

    func noteBeat(at time: Timestamp) { self.beat.store(time.milliseconds, ordering: .relaxed) }

    enum OnRenew: Sendable, Hashable {
        case renewed
        /// It is overdue, or not renewable: the renewal has to be committed.
        case needsCommit
        /// Look the instance up again.
        case replaced
    }

    /// Pushes the deadline back to `now` plus the span; never forward.
    func renew(now: Int64) -> OnRenew {
        guard self.renewable else {
            return self.deadline.load(ordering: .acquiring) == Self.cancelled ? .replaced : .needsCommit
        }
        var current = self.deadline.load(ordering: .acquiring)
        while true {
            if current == Self.claimed { return .needsCommit }
            if current == Self.cancelled { return .replaced }
            let exchange = self.deadline.compareExchange(
                expected: current, desired: max(current, now + self.span), ordering: .acquiringAndReleasing)
            if exchange.exchanged { return .renewed }
            current = exchange.original
        }
    }

    enum OnDue: Sendable, Hashable {
        /// Nothing to do: look again at this time.
        case later(Int64)
        /// It is overdue, and now claimed: commit what it stands for.
        case claim
        /// Drop it.
        case over
    }

    /// What the wheel finds when it comes by. `floor`: liveness time at the end of the last standstill.
    func due(now: Int64, floor: Int64) -> OnDue {
        var current = self.deadline.load(ordering: .acquiring)
        while true {
            if current == Self.claimed || current == Self.cancelled { return .over }
            let effective = max(current, floor + self.grace)
            if effective > now { return .later(effective) }
            let exchange = self.deadline.compareExchange(
                expected: current, desired: Self.claimed, ordering: .acquiringAndReleasing)
            if exchange.exchanged { return .claim }
            current = exchange.original
        }
    }

    var isClaimed: Bool { self.deadline.load(ordering: .acquiring) == Self.claimed }

    /// Takes back a claim, whose commit failed or was overtaken by a renewal. Returns whether it has to go onto the wheel again.
    func revive(now: Int64) -> Bool {
        self.deadline.compareExchange(
            expected: Self.claimed, desired: now + self.span, ordering: .acquiringAndReleasing
        ).exchanged
    }

    func cancel() { self.deadline.store(Self.cancelled, ordering: .releasing) }

    /// For the wheel: when to look first. Nil once it is over.
    var scheduledDeadline: Int64? {
        let current = self.deadline.load(ordering: .acquiring)
        return current == Self.claimed || current == Self.cancelled ? nil : current
    }
}
