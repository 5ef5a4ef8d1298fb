public import RegistryModel

/// A wish to change a subscription, from a client or from what its deliveries come to. Touches no service.
public struct SubscriptionCommand: Sendable, Hashable {
    public enum Action: Sendable, Hashable {
        /// Makes it, with this secret.
        case create(SubscriptionRequest, secret: String)
        case remove
        /// Back to active, whatever it was: deliveries are tried again at once.
        case revive
        /// Takes over how deliveries go. Void when it is gone. Refused with `precondition_failed` when it was revived more often than
        /// `revivals` since, or `after` is not the highest number that is committed: another node makes its deliveries.
        case note(DeliveryProgress, revivals: Int64, after: Int64)
    }

    public let id: String
    public let service: ServiceKey
    public let action: Action

    /// - Parameters:
    ///   - id: chosen by whoever makes it, and never used again.
    ///   - service: the one that it is about.
    public init(id: String, service: ServiceKey, _ action: Action) {
        self.id = id
        self.service = service
        self.action = action
    }

    /// What is wrong with it by itself, whatever the state.
    var fault: RegistryError? {
        guard case .create(var request, let secret) = self.action else { return nil }
        request.secret = secret
        let fields = request.validate()
        return fields.isEmpty ? nil : .invalid(fields)
    }
}
