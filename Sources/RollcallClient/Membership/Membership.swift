public import RegistryJSON
public import RegistryModel
import Synchronization

/// Keeps one instance on the roll: registers it, beats for it, registers it again when the registry has forgotten it, and
/// goes on trying while the registry is away.
///
/// ``run()`` lasts until its task is cancelled; ``drain(wait:)`` tells callers to stop using the instance, while it still answers them,
/// and ``leave()`` takes it off the roll. ``RollcallClient`` has all in one: `withMembership(of:)`.
public final class Membership: Sendable {
    public enum Event: Sendable {
        /// It is on the roll from now on.
        case joined(Revision)
        /// The registry did not know it any more; it is being registered again.
        case forgotten
        /// A call failed; it is made again after the wait. Told for the first failure in a row.
        case failed(RollcallClientError, retryingIn: Duration)
        /// The registry answers again.
        case recovered
        /// Nothing more is tried: the registry refused the registration, or the instance could not be taken off the roll and
        /// will expire. Told by `withMembership(of:)` alone.
        case ended(RollcallClientError)
    }

    /// Why ``run()`` returned.
    public enum Ending: Sendable {
        case cancelled
        /// A newer incarnation has taken the id.
        case superseded
        /// The registry does not take the registration.
        case refused(RollcallClientError)
    }

    private let client: RollcallClient
    private let registration: Registration
    private let machine: Mutex<MembershipMachine>
    /// From then on it is registered again, should that be needed, as DRAINING.
    private let isDraining = Atomic<Bool>(false)
    let report: @Sendable (Event) -> Void

    /// - Parameters:
    ///   - timeToLive: how long a heartbeat holds; that of the registration when it says one.
    ///   - backoff: the waits while the registry is away; 0.5 s to 15 s.
    ///   - report: is told what happens, on the task of ``run()``.
    public init(
        client: RollcallClient, registration: Registration, timeToLive: TimeSpan = .seconds(30),
        backoff: Backoff = Backoff(first: .milliseconds(500), longest: .seconds(15)),
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        var span = timeToLive
        if case .after(let stated) = registration.spec.ttl { span = stated }
        self.client = client
        self.registration = registration
        self.machine = Mutex(MembershipMachine(timeToLive: span, backoff: backoff))
        self.report = report
    }

    /// Call it once.
    public func run() async -> Ending {
        var step = self.machine.withLock { $0.first }
        var lastError = RollcallClientError.cancelled
        while case .call(let call, let wait) = step {
            do { try await Task.sleep(for: wait) } catch { return .cancelled }
            let failuresBefore = self.machine.withLock { $0.failures }
            let answer: MembershipMachine.Answer
            var joined: Revision?
            do throws(RollcallClientError) {
                (answer, joined) = try await self.make(call)
            } catch {
                if error.code == .cancelled {
                    self.machine.withLock { $0.interrupted(call) }
                    return .cancelled
                }
                (answer, lastError) = (Self.answer(for: error), error)
            }
            step = self.machine.withLock { $0.answered(call, answer, chance: .random(in: 0...1)) }
            self.tell(answer, joined: joined, error: lastError, failuresBefore: failuresBefore, next: step)
        }
        return self.machine.withLock { $0.state } == .superseded ? .superseded : .refused(lastError)
    }

    /// Takes the instance off the roll if it may be on it, once ``run()`` has returned. Bounded by the client's timeouts.
    public func leave() async throws(RollcallClientError) {
        guard self.machine.withLock({ $0.mayBeOnRoll }) else { return }
        do {
            _ = try await self.client.deregister(self.registration.key, incarnation: self.registration.incarnation)
        } catch {
            // Off the roll already, or taken over by a newer incarnation: both are what was wanted.
            guard error.isNotFound || error.problem?.code == "stale_incarnation" else { throw error }
        }
    }

    /// Says that the instance is about to leave, and waits until everybody who reads its service has taken that over, or `wait` is
    /// over. Call it while ``run()`` runs and before the instance stops answering. Nil when it cannot be on the roll.
    ///
    /// - Parameter wait: 0 s to 5 min.
    /// - Throws: when callers could not be told: then leave the roll before the instance stops.
    @discardableResult
    public func drain(wait: TimeSpan = .seconds(10)) async throws(RollcallClientError) -> DrainAnswer? {
        guard self.machine.withLock({ $0.mayBeOnRoll }) else { return nil }
        self.isDraining.store(true, ordering: .relaxed)
        return try await self.client.drain(
            self.registration.key, wait: wait, incarnation: self.registration.incarnation
        ).value
    }

    private func make(
        _ call: MembershipMachine.Call
    ) async throws(RollcallClientError) -> (MembershipMachine.Answer, Revision?) {
        switch call {
        case .register:
            var registration = self.registration
            if self.isDraining.load(ordering: .relaxed) {
                registration.spec.status = .draining
                registration.statesStatus = true
            }
            return (.accepted, try await self.client.register(registration).value.revision)
        case .heartbeat:
            let item = InstanceReference(key: self.registration.key, incarnation: self.registration.incarnation)
            let outcome = try await self.client.heartbeat([item]).value
            if !outcome.stale.isEmpty { return (.stale, nil) }
            return (outcome.unknown.isEmpty ? .accepted : .unknown, nil)
        }
    }

    private static func answer(for error: RollcallClientError) -> MembershipMachine.Answer {
        guard let problem = error.problem else { return .unavailable(retryAfter: nil) }
        switch problem.status {
        case 404: return .unknown
        case 409 where problem.code == "stale_incarnation": return .stale
        case 408, 409, 429, 500...: return .unavailable(retryAfter: problem.retryAfter?.duration)
        default: return .refused
        }
    }

    private func tell(
        _ answer: MembershipMachine.Answer, joined: Revision?, error: RollcallClientError, failuresBefore: Int,
        next: MembershipMachine.Step
    ) {
        switch (answer, next) {
        case (.accepted, _):
            if let joined { return self.report(.joined(joined)) }
            if failuresBefore > 0 { self.report(.recovered) }
        case (.unknown, .call(.register, _)): self.report(.forgotten)
        case (_, .call(_, let wait)) where failuresBefore == 0: self.report(.failed(error, retryingIn: wait))
        default: break
        }
    }
}
