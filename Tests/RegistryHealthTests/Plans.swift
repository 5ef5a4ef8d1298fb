import RegistryModel
import RegistryTestKit

@testable import RegistryHealth

/// A plan on a clock turned by hand, and targets that answer as a test says.
struct Plans {
    var plan: ProbePlan
    var now: Int64 = 1_000_000

    init(maximumConcurrent: Int = 1_000, defaults: CheckDefaults = CheckDefaults(), seed: UInt64 = 1) {
        self.plan = ProbePlan(
            settings: ProbeSettings(defaults: defaults, maximumConcurrent: maximumConcurrent), now: 1_000_000,
            generator: SeededGenerator(seed: seed))
    }

    var time: Timestamp { Timestamp(milliseconds: Sample.time.milliseconds + self.now) }

    mutating func put(_ instance: ProbedInstance) { self.plan.put(instance, now: self.now) }

    mutating func takeDue() -> [ProbePlan.Job] { self.plan.takeDue(now: self.now) }

    @discardableResult
    mutating func finish(_ job: ProbePlan.Job, _ outcome: ProbeOutcome) -> Bool {
        self.plan.finish(job, outcome, now: self.now, time: self.time)
    }

    /// Moves time on in ticks and answers every probe at once, until `count` have been made. Returns when each began.
    @discardableResult
    mutating func answer(
        _ count: Int, with outcome: (ProbePlan.Job) -> ProbeOutcome = { _ in .passed }
    ) -> [Int64] {
        var begun: [Int64] = []
        while begun.count < count {
            for job in self.takeDue() {
                begun.append(self.now)
                self.finish(job, outcome(job))
            }
            self.now += ProbeSettings.tick.milliseconds
        }
        return begun
    }

    /// What would be committed, and is settled by `faults`.
    mutating func takeFinding() -> Finding? { self.plan.takeFindings(limit: 10).first }
}

extension ProbeOutcome {
    static let passed = ProbeOutcome(detail: "200 OK")
    static let refused = ProbeOutcome(failure: .refused, detail: "connection refused")
    static let overloaded = ProbeOutcome(failure: .overloaded)
}

extension ProbedInstance {
    /// - Parameter index: its number, and what its id ends with.
    static func sample(
        _ index: Int64 = 1, faults: HealthFaults = .unchecked, status: InstanceStatus = .up,
        incarnation: Int64? = nil, host: String = "127.0.0.11", checks: [HealthCheck] = [.sample()]
    ) -> ProbedInstance {
        var spec = Sample.spec(host: host, status: status)
        spec.checks = checks
        let instance = Sample.instance(
            "i\(index)", number: index, spec: spec, incarnation: incarnation,
            health: Health(state: faults.state, cause: .register, since: Sample.time, faults: faults))
        return ProbedInstance(
            InstanceKey(service: ServiceKey(name: "payments"), id: instance.id), instance, checks: checks)
    }
}

extension HealthCheck {
    static func sample(
        _ name: String = "web", kind: Kind = .http, interval: TimeSpan? = .seconds(10), timeout: TimeSpan? = nil,
        failures: Int? = nil, successes: Int? = nil, startPeriod: TimeSpan? = nil, port: UInt16 = 0
    ) -> HealthCheck {
        HealthCheck(
            name: name, kind: kind, interval: interval,
            probe: Probe(
                timeout: timeout, failuresBeforeDown: failures, successesBeforeUp: successes, startPeriod: startPeriod,
                port: port))
    }
}
