public import RegistryModel

extension JSONWriter {
    /// A subscription, an element of a list or a whole answer.
    public mutating func subscription(_ answer: SubscriptionAnswer) {
        let document = answer.subscription
        self.beginObject()
        self.name(Field.id)
        self.string(document.id)
        self.name(Field.namespace)
        self.string(document.service.namespace)
        self.name(Field.serviceName)
        self.string(document.service.name)
        self.name(Field.clientID)
        self.string(document.clientID)
        self.name(Field.callback)
        self.string(document.callback)
        if let secret = answer.secret {
            self.name(Field.secret)
            self.string(secret)
        }
        self.name(Field.status)
        self.progress(document.progress)
        self.name(Field.metadata)
        self.metadata(document.metadata)
        self.timeField(Field.createdAt, document.createdAt)
        self.timeField(Field.updatedAt, document.updatedAt)
        if let revision = answer.revision { self.revisionField(revision) }
        self.warningsField(answer.warnings)
        self.endObject()
    }

    /// What is null has not been yet.
    private mutating func progress(_ progress: DeliveryProgress) {
        self.beginObject()
        self.name(Field.status)
        self.string(progress.status.description)
        self.timeField(Field.lastNotify, progress.lastNotify)
        self.name(Field.error)
        self.string(progress.error)
        self.name(Field.retryCount)
        self.integer(progress.retryCount)
        self.name(Field.acknowledgedRevision)
        if let revision = progress.acknowledged { self.integer(revision.rawValue) } else { self.null() }
        self.name(Field.sequence)
        self.integer(progress.sequence)
        self.endObject()
    }

    /// The body of `POST /v1/subscriptions`.
    public mutating func subscriptionRequest(_ request: SubscriptionRequest) {
        self.beginObject()
        self.name(Field.namespace)
        self.string(request.service.namespace)
        self.name(Field.serviceName)
        self.string(request.service.name)
        self.name(Field.clientID)
        self.string(request.clientID)
        self.name(Field.callback)
        self.string(request.callback)
        if let secret = request.secret {
            self.name(Field.secret)
            self.string(secret)
        }
        self.name(Field.metadata)
        self.metadata(request.metadata)
        self.endObject()
    }

    // MARK: What a callback is sent

    /// Begins the body of a delivery. The snapshot follows, a service as it is in every answer, and then a closing brace: many deliveries
    /// have it in common, and it is not copied into each.
    public mutating func beginDelivery(
        of subscription: String, _ service: ServiceKey, revision: Revision, sequence: Int64
    ) {
        self.beginObject()
        self.name(Field.subscriptionID)
        self.string(subscription)
        self.name(Field.namespace)
        self.string(service.namespace)
        self.name(Field.service)
        self.string(service.name)
        self.revisionField(revision)
        self.name(Field.sequence)
        self.integer(sequence)
        self.name(Field.snapshot)
    }
}
