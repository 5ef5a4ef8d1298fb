import NIOHTTP1
public import RegistryJSON
public import RegistryModel

extension RollcallClient {
    /// Renews up to 10,000 instances. Those of the answer's `unknown` are to be registered again; `stale` ones have been
    /// replaced by a newer incarnation.
    public func heartbeat(
        _ instances: [InstanceReference]
    ) async throws(RollcallClientError) -> Answer<HeartbeatAnswer> {
        try await self.perform(
            self.post(RequestTarget("v1", "heartbeats")) { $0.references(instances) }, AnswerBody.heartbeats)
    }

    /// Renews one instance, and says how it is. A problem `unknown_instance` asks to register it again.
    public func report(
        _ report: HealthReport, of instance: InstanceKey
    ) async throws(RollcallClientError) -> Answer<HealthDocument> {
        var writer = JSONWriter()
        writer.healthReport(report)
        let request = HTTPTransport.Request(
            method: .PUT, target: try self.target(of: instance, "health"), body: writer.bytes)
        return try await self.perform(request, AnswerBody.health)
    }

    /// How a service and each of its instances are.
    public func health(of service: ServiceKey) async throws(RollcallClientError) -> Answer<ServiceHealthDocument> {
        try await self.perform(self.get(try self.target(of: service, "health")), AnswerBody.serviceHealth)
    }

    /// How an instance is, with what it reported last.
    public func health(of instance: InstanceKey) async throws(RollcallClientError) -> Answer<HealthDocument> {
        try await self.perform(self.get(try self.target(of: instance, "health")), AnswerBody.health)
    }
}
