import RegistryModel

/// One of those who read, as the table keeps it.
extension SubscriberTable {
    struct Entry {
        let subscriber: Subscriber
        let reader: ReaderName
        /// What a stream shows; nil: of every change.
        var filter: InstanceFilter?
        let mark: DeliveryMark
        var confirmed: Revision?
        /// It began from nothing, so that it holds nothing older than this; nil: it may.
        var base: Revision?
        /// When it left; nil while it is connected.
        var departure: Departure?

        var identity: Identity {
            Identity(kind: self.subscriber.kind, reader: self.reader, scope: self.subscriber.scope)
        }

        /// Whether a blocking reader that asks from an index may be this one: its last answer was lost, or it never says what it knows. One
        /// that knows more than this was told is another.
        func mayGoOn(from index: Revision?) -> Bool {
            guard let index else { return self.confirmed == nil }
            return index < self.mark.offered ?? .zero
        }

        /// The subscriber with its figures as they are now. What was confirmed was also delivered.
        var now: Subscriber {
            var subscriber = self.subscriber
            subscriber.confirmed = self.confirmed
            subscriber.delivered = [self.mark.delivered, self.confirmed].compactMap { $0 }.max()
            subscriber.isConnected = self.departure == nil
            return subscriber
        }
    }

    /// That nobody is connected any more. Each has a number of its own: one may leave, come back and leave in the same moment.
    struct Departure: Hashable {
        let id: String
        let number: Int
        /// When it is gone for good.
        let until: Int64
    }

    /// By what one that comes back is known.
    struct Identity: Hashable {
        let kind: Subscriber.Kind
        let reader: ReaderName
        let scope: WatchScope
    }
}
