import NIOCore
import RegistryHealth
import RegistryModel
import Synchronization

/// One probe on its way: what is asked, and how much time is left.
final class ProbeAttempt: Sendable {
    let target: ProbeTarget
    let timeout: TimeSpan
    let deadline: NIODeadline
    /// Nanoseconds that it waited for a connection to become free on this side.
    private let waited = Atomic<Int64>(0)

    init(target: ProbeTarget, timeout: TimeSpan) {
        self.target = target
        self.timeout = timeout
        self.deadline = .now() + .milliseconds(timeout.milliseconds)
    }

    var timeLeft: TimeAmount { max(self.deadline - .now(), .nanoseconds(0)) }

    func hasWaited(_ time: TimeAmount) { self.waited.add(time.nanoseconds, ordering: .relaxed) }

    /// What a fault comes to. A target is not blamed for time that was lost on this side: while waiting for a connection, or because this
    /// process did not get to run.
    func outcome(of fault: ProbeFault) -> ProbeOutcome {
        guard fault.failure == .timedOut else { return ProbeOutcome(failure: fault.failure, detail: fault.detail) }
        let patience = max(self.timeout.milliseconds, 0) * 1_000_000 / 4
        if self.waited.load(ordering: .relaxed) > patience {
            return ProbeOutcome(failure: .overloaded, detail: "too little time was left after waiting for a connection")
        }
        if NIODeadline.now() - self.deadline > Self.standstill {
            return ProbeOutcome(failure: .overloaded, detail: "this process stood still")
        }
        return ProbeOutcome(failure: .timedOut, detail: "\(fault.detail) within \(self.timeout)")
    }

    /// A deadline is noticed later than this only if something stood still, as heartbeats have it.
    private static let standstill = TimeAmount.seconds(1)
}
