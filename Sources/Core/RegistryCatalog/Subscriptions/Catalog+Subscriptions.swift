public import RegistryModel

extension Catalog {
    /// A subscription as it is now; nil when there is none of this id.
    public func subscription(_ id: String) -> Subscription? { self.applier.withState { $0.subscriptions[id] } }

    /// Whether others may have made deliveries of a subscription: an earlier process, or where there are other nodes any of them. Else it
    /// was made while this process runs.
    public func mayHaveBeenDelivered(_ subscription: Subscription) -> Bool {
        self.isShared || self.applier.wasLoaded(subscription.number)
    }

    /// Up to `limit` subscriptions that fit, in the order in which they were made, after the one with number `after`.
    public func subscriptions(_ filter: SubscriptionFilter, after: Int64 = 0, limit: Int) -> [Subscription] {
        self.applier.withState { $0.subscriptions.list(filter, after: after, limit: limit) }
    }

    /// How many subscriptions there are of each status.
    public var subscriptionCounts: [Subscription.Status: Int] {
        self.applier.withState { $0.subscriptions.countsByStatus }
    }

    /// Tells whoever makes the deliveries what has changed.
    public var subscriptionChanges: SubscriptionChanges { self.applier.subscriptionChanges }
}
