public import RegistryModel

/// What checks are made with where a registration does not say.
public struct CheckDefaults: Sendable, Hashable {
    /// From one probe to the next (`health.interval`): 10 s.
    public var interval: TimeSpan
    /// What one probe may take (`health.timeout`): 5 s.
    public var timeout: TimeSpan
    /// Failures in a row that make a check DOWN (`health.retries`): 3.
    public var retries: Int

    public init(interval: TimeSpan = .seconds(10), timeout: TimeSpan = .seconds(5), retries: Int = 3) {
        self.interval = interval
        self.timeout = timeout
        self.retries = retries
    }
}

/// What counts in a check that the registry makes, with every default filled in.
struct CheckPolicy: Sendable, Hashable {
    var interval: TimeSpan
    /// At most the interval: else one probe would run into the next.
    var timeout: TimeSpan
    var failuresBeforeDown: Int
    var successesBeforeUp: Int
    /// From its beginning on, how long failures before the first success do not count.
    var startPeriod: TimeSpan

    init(_ check: HealthCheck, defaults: CheckDefaults) {
        self.interval = check.interval ?? defaults.interval
        self.timeout = min(check.probe.timeout ?? defaults.timeout, self.interval)
        self.failuresBeforeDown = check.probe.failuresBeforeDown ?? defaults.retries
        self.successesBeforeUp = check.probe.successesBeforeUp ?? 1
        self.startPeriod = check.probe.startPeriod ?? .zero
    }
}
