public import RegistryModel

/// What the registry observes of instances by itself, and what becomes of it.
extension Catalog {
    /// Instances whose checks may have to change, from now on and, once, all that there are.
    public func followProbedInstances() -> ProbedInstances {
        self.probed.follow()
        return self.probed
    }

    /// An instance's checks, with the one that is made by default.
    public func checks(of spec: InstanceSpec) -> [HealthCheck] {
        spec.checks(defaultingTo: self.settings.defaultCheck)
    }

    /// How long a heartbeat of an instance holds; nil when it owes none.
    public func heartbeatInterval(of spec: InstanceSpec) -> TimeSpan? {
        guard case .heartbeat(let ttl) = Obligation(of: spec, settings: self.settings).kind else { return nil }
        return ttl
    }

    /// Commits what the registry judged of instances, in as few commits as may be. One result for each; those of instances that are gone
    /// do nothing. Returns when they are durable and visible on this node, or it is known why not.
    public func judge(
        _ judgements: [(key: InstanceKey, number: Int64, judgement: Judgement)]
    ) async -> [Result<CommandResult, RegistryError>] {
        guard !judgements.isEmpty else { return [] }
        return await self.performOwn(judgements.map { .observe($0.key, number: $0.number, $0.judgement) })
    }

    /// Keeps what was learnt of an instance's resources, with its health. Returns what has to be committed by that; nil when nothing.
    ///
    /// What breaks a limit is not kept.
    public func noteResources(_ details: HealthDetails, of key: InstanceKey, number: Int64) -> Judgement? {
        let report = HealthReport(details: details)
        guard report.validate().isEmpty else { return nil }
        return self.note(report, of: key, number: number)
    }

    func note(_ report: HealthReport, of key: InstanceKey, number: Int64) -> Judgement? {
        let verdict = self.observations.note(
            report, of: number, at: self.clock.wallTime, thresholds: self.settings.thresholds)
        // It may have gone meanwhile, and nobody would ever forget what was noted after that.
        guard let instance = self.index[key.service]?.instance(key.id)?.instance, instance.number == number else {
            self.observations.forget(number)
            return nil
        }
        let isShort = instance.health.faults.contains(.resource)
        switch verdict {
        case .short(let sentence) where !isShort: return Judgement(.resource, error: sentence, detail: sentence)
        case .enough where isShort:
            return Judgement(.resource, error: nil, detail: "its resources are below the thresholds again")
        case .open, .short, .enough: return nil
        }
    }
}
