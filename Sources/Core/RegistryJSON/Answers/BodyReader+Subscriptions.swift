import RegistryModel

extension BodyReader {
    /// The body of `POST /v1/subscriptions`, held against the limits.
    mutating func subscriptionRequest(defaultNamespace: String?) throws(JSONError) -> SubscriptionRequest? {
        guard try self.beginObject() else { return nil }
        var request = SubscriptionRequest(service: ServiceKey(name: ""), callback: "")
        var (namespace, name, callback): (String?, String?, String?)
        let earlierFaults = self.errors.count
        while let key = try self.nextKey() {
            switch key {
            case Field.serviceName: name = try self.string()
            case Field.namespace: namespace = try self.string()
            case Field.clientID: request.clientID = try self.string() ?? ""
            case Field.callback: callback = try self.string()
            case Field.secret: request.secret = try self.string()
            case Field.metadata: request.metadata = try self.metadata() ?? [:]
            default: try self.skipUnknown()
            }
        }
        if name == nil {
            self.failMissing(Field.serviceName, "name the service to be told of", unlessSaidSince: earlierFaults)
        }
        if callback == nil {
            self.failMissing(Field.callback, "give an http or https URL", unlessSaidSince: earlierFaults)
        }
        // Stand-ins, so that the other fields are held against the limits all the same.
        request.service = ServiceKey(
            namespace: self.namespace(namespace, default: defaultNamespace, Field.namespace.description),
            name: name ?? "stand-in")
        request.callback = callback ?? "http://stand-in/"
        for fault in request.validate() { self.fail(fault.field, fault.message) }
        return self.errors.count == earlierFaults ? request : nil
    }

    mutating func subscriptionAnswer() throws(JSONError) -> SubscriptionAnswer? {
        guard try self.beginObject() else { return nil }
        var document = SubscriptionDocument(
            id: "", service: ServiceKey(name: ""), callback: "", createdAt: .epoch, updatedAt: .epoch)
        var (id, namespace, name): (String?, String?, String?)
        var (secret, revision, warnings): (String?, Revision?, [String]?)
        while let key = try self.nextKey() {
            switch key {
            case Field.id: id = try self.string()
            case Field.namespace: namespace = try self.string()
            case Field.serviceName: name = try self.string()
            case Field.clientID: document.clientID = try self.string() ?? ""
            case Field.callback: document.callback = try self.string() ?? ""
            case Field.secret: secret = try self.string()
            case Field.status: document.progress = try self.progress() ?? document.progress
            case Field.metadata: document.metadata = try self.metadata() ?? [:]
            case Field.createdAt: document.createdAt = try self.timestamp() ?? .epoch
            case Field.updatedAt: document.updatedAt = try self.timestamp() ?? .epoch
            case Field.revision: revision = try self.revision()
            case Field.warnings: warnings = try self.elements { item throws(JSONError) in try item.string() }
            default: try self.skipUnknown()
            }
        }
        guard let id = self.required(Field.id, id), let name = self.required(Field.serviceName, name) else {
            return nil
        }
        document.id = id
        document.service = ServiceKey(namespace: namespace ?? ServiceKey.defaultNamespace, name: name)
        return SubscriptionAnswer(
            subscription: document, secret: secret, revision: revision, warnings: warnings ?? [])
    }

    private mutating func progress() throws(JSONError) -> DeliveryProgress? {
        guard try self.beginObject() else { return nil }
        var progress = DeliveryProgress()
        while let key = try self.nextKey() {
            switch key {
            case Field.status:
                // A status that only a newer server knows is none that a delivery can be expected of.
                progress.status =
                    try self.spelled({ Subscription.Status($0) }, "a status", unknown: .failed) ?? .active
            case Field.lastNotify: progress.lastNotify = try self.timestamp()
            case Field.error: progress.error = try self.string() ?? ""
            case Field.retryCount: progress.retryCount = try self.count("a number of tries").map { Int($0) } ?? 0
            case Field.acknowledgedRevision: progress.acknowledged = try self.revision()
            case Field.sequence: progress.sequence = try self.count("a number of a delivery") ?? 0
            default: try self.skipUnknown()
            }
        }
        return progress
    }
}
