public import RegistryModel

extension ServerConfiguration {
    /// Deliveries to callbacks.
    public struct Webhooks: Sendable, Hashable {
        /// The time that one delivery may take. 10 s.
        public var timeout = TimeSpan.seconds(10)
        /// The longest time between two tries; the first is 1 s, and it doubles. 1 min.
        public var maxBackoff = TimeSpan.minutes(1)
        /// The time with nothing but failures after which it is not tried again. 24 h.
        public var giveUpAfter = TimeSpan.hours(24)
        /// Deliveries at once. 64.
        public var concurrency = 64
        /// Subscriptions that there may be. 10,000.
        public var maxSubscriptions = 10_000
        /// The same for one service. 100.
        public var maxSubscriptionsPerService = 100

        public init() {}
    }
}
