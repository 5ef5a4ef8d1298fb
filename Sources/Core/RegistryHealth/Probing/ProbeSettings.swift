public import RegistryModel

/// What an operator can set about probing. Every default is in its comment.
public struct ProbeSettings: Sendable, Hashable {
    public var defaults: CheckDefaults
    /// Probes at once (`health.max_concurrent`, and no more than `health.max_connections`): 1,000.
    public var maximumConcurrent: Int

    public init(defaults: CheckDefaults = CheckDefaults(), maximumConcurrent: Int = 1_000) {
        self.defaults = defaults
        self.maximumConcurrent = maximumConcurrent
    }

    /// How often it is looked for what is due.
    public static let tick = TimeSpan.milliseconds(50)
}

/// How much was probed since the start, and how much is under way.
public struct ProbeFigures: Sendable, Hashable {
    public var instances = 0
    public var checks = 0
    public var running = 0
    /// Probes that came to an end.
    public var done = 0
    /// Of these, those that failed and count.
    public var failed = 0
    /// Of these, others that say nothing: this process stood still, this node was cut off from the others, no connection was free, or the
    /// check was replaced or handed on meanwhile.
    public var void = 0
    /// Turns that were left out because the last probe of the check was still running.
    public var skipped = 0
    /// The most that a probe began after it was due, in milliseconds; standstills are part of it.
    public var latestStart: Int64 = 0

    public init() {}
}
