import RegistryModel

/// What does not change about a check while it is made: shared by its state, by its turns and by its probes.
final class PreparedCheck: Sendable {
    let key: InstanceKey
    let number: Int64
    let check: HealthCheck
    let policy: CheckPolicy
    let target: ProbeTarget

    init(_ check: HealthCheck, of instance: ProbedInstance, defaults: CheckDefaults) {
        self.key = instance.key
        self.number = instance.number
        self.check = check
        self.policy = CheckPolicy(check, defaults: defaults)
        self.target = ProbeTarget(
            host: instance.host, port: check.probe.port == 0 ? instance.port : check.probe.port, kind: check.kind,
            probe: check.probe)
    }
}
