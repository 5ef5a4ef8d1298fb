import RegistryCatalog
import RegistryModel

extension DeliveryDesk {
    /// A delivery with all that goes into it.
    struct Delivery: Sendable {
        let subscription: Subscription
        let snapshot: ServiceSnapshot?
        let attempt: DeliveryState.Attempt

        /// When the change that it tells was taken over by this node; nil when it tells none.
        var publishedAt: Int64? {
            guard self.subscription.progress.acknowledged != nil, let snapshot, snapshot.publishedAt > 0 else {
                return nil
            }
            return snapshot.publishedAt
        }
    }
}
