public import RegistryModel

/// Makes one check of one target.
public protocol Prober: Sendable {
    /// Returns within about `timeout`. Never throws: what went wrong is the outcome.
    func probe(_ target: ProbeTarget, timeout: TimeSpan) async -> ProbeOutcome
}

/// What is asked, and where.
public struct ProbeTarget: Sendable, Hashable {
    public var host: String
    public var port: UInt16
    public var kind: HealthCheck.Kind
    public var probe: HealthCheck.Probe

    public init(host: String, port: UInt16, kind: HealthCheck.Kind, probe: HealthCheck.Probe) {
        self.host = host
        self.port = port
        self.kind = kind
        self.probe = probe
    }
}

/// What a probe came to.
public struct ProbeOutcome: Sendable, Hashable {
    public enum Failure: Sendable, Hashable {
        case refused, timedOut, unreachable, forbidden, rejected, insecure
        /// No connection was free here: that says nothing of the target.
        case overloaded
    }

    /// Nil: it passed.
    public var failure: Failure?
    /// A short sentence for people.
    public var detail: String
    /// What the answer said of resources, when an http health endpoint returned JSON with cpu, memory, …
    public var resources: HealthDetails?

    public init(failure: Failure? = nil, detail: String = "", resources: HealthDetails? = nil) {
        self.failure = failure
        self.detail = detail
        self.resources = resources
    }
}
