import RollcallClient

/// What the tests of webhooks have in common.
enum Hook {
    static let service = ServiceKey(name: "payments")
    static let flags = ["--outbound-deny", "127.66.0.0/16", "--webhooks-timeout", "2s"]

    /// - Parameter weight: another one makes it a change.
    static func register(_ index: Int, _ client: RollcallClient, weight: Int = 100) async throws -> Int {
        let spec = InstanceSpec(host: "127.0.0.1", port: UInt16(index + 1), weight: UInt16(weight), ttl: .never)
        let answer = try await client.register(Registration(service: Self.service, instanceID: "i\(index)", spec: spec))
        return Int(answer.value.revision.rawValue)
    }

    static func subscribe(
        _ url: String, _ client: RollcallClient, to service: ServiceKey = Hook.service
    ) async throws -> String {
        try await client.subscribe(SubscriptionRequest(service: service, clientID: "test", callback: url))
            .value.subscription.id
    }

    static func progress(_ id: String, _ client: RollcallClient) async throws -> DeliveryProgress {
        try await client.subscription(id).value.subscription.progress
    }
}
