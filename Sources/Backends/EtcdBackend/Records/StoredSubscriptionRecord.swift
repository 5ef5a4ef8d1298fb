import RegistryModel

/// The stored form of a subscription.
extension StoredSubscriptionRecord {
    func model(revision: Revision) -> Subscription {
        Subscription(
            id: self.id, number: self.number, revision: revision,
            service: ServiceKey(namespace: self.namespace, name: self.service), clientID: self.clientID,
            callback: self.callback, secret: self.secret, metadata: Metadata(self.metadata),
            createdAt: Timestamp(milliseconds: self.createdAt), updatedAt: Timestamp(milliseconds: self.updatedAt),
            revivals: self.revivals, progress: self.progress)
    }

    private var progress: DeliveryProgress {
        DeliveryProgress(
            status: self.status.model, acknowledged: self.hasAcknowledged ? Revision(self.acknowledged) : nil,
            sequence: self.sequence, lastNotify: self.hasLastNotify ? Timestamp(milliseconds: self.lastNotify) : nil,
            error: self.error, retryCount: Int(self.retryCount),
            failingSince: self.hasFailingSince ? Timestamp(milliseconds: self.failingSince) : nil)
    }

    mutating func update(to subscription: Subscription) {
        self.id = subscription.id
        self.number = subscription.number
        self.namespace = subscription.service.namespace
        self.service = subscription.service.name
        self.clientID = subscription.clientID
        self.callback = subscription.callback
        self.secret = subscription.secret
        self.metadata = subscription.metadata.stored(over: self.metadata)
        self.createdAt = subscription.createdAt.milliseconds
        self.updatedAt = subscription.updatedAt.milliseconds
        self.revivals = subscription.revivals
        self.update(to: subscription.progress)
    }

    private mutating func update(to progress: DeliveryProgress) {
        self.status = self.status.updated(to: progress.status)
        if let revision = progress.acknowledged {
            self.acknowledged = revision.rawValue
        } else {
            self.clearAcknowledged()
        }
        self.sequence = progress.sequence
        if let time = progress.lastNotify { self.lastNotify = time.milliseconds } else { self.clearLastNotify() }
        self.error = progress.error
        self.retryCount = UInt32(clamping: progress.retryCount)
        if let time = progress.failingSince { self.failingSince = time.milliseconds } else { self.clearFailingSince() }
    }
}
