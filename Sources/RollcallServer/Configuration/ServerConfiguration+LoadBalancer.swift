public import RegistryModel

extension ServerConfiguration {
    /// How one instance is selected.
    public struct LoadBalancer: Sendable, Hashable {
        /// The strategy when the request names none. `weight`.
        public var strategy = SelectionStrategy.weight
        public var weight = LoadFactors()
        /// How long the weight of an instance grows once it is UP that says nothing of it. 0 s: it does not.
        public var warmUp = TimeSpan.zero

        public init() {}
    }

    /// How much each figure of the reported load lowers an instance's weight.
    public struct LoadFactors: Sendable, Hashable {
        /// 0 to 1. 0.4.
        public var cpu = 0.4
        /// 0 to 1. 0.3.
        public var memory = 0.3
        /// 0 to 1. 0.3.
        public var latency = 0.3

        public init() {}
    }
}

/// The strategies that the configuration may name.
public enum SelectionStrategy: String, Sendable, Hashable, CaseIterable {
    case random
    case roundRobin = "round_robin"
    case weight
    case leastConnections = "least_conn"
}
