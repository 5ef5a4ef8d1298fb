public import RegistryModel

/// A client of Rollcall's HTTP API.
///
/// ```swift
/// let configuration = try RollcallClientConfiguration(environment: ProcessInfo.processInfo.environment)
/// try await withRollcallClient(configuration) { client in
///     let spec = InstanceSpec(host: "10.0.0.7", port: 8080, version: "1.4.0", ttl: .after(.seconds(10)))
///     let registration = Registration(service: client.service("payments"), spec: spec)
///     try await client.withMembership(of: registration) { try await server.run() }
/// }
/// ```
///
/// It keeps connections open between requests; end it with ``shutdown()``, or use `withRollcallClient`. Copies share the
/// connections. Every operation throws ``RollcallClientError`` and nothing else; requests are sent again by
/// ``RollcallClientConfiguration/retries`` where that is safe.
public struct RollcallClient: Sendable {
    /// The namespace of ``service(_:)`` and ``instance(_:of:)``, and of operations that name no service.
    public let namespace: String
    let transport: HTTPTransport

    public init(_ configuration: RollcallClientConfiguration) {
        self.init(namespace: configuration.namespace, transport: HTTPTransport(configuration: configuration))
    }

    private init(namespace: String, transport: HTTPTransport) {
        self.namespace = namespace
        self.transport = transport
    }

    /// This client, for another namespace. It shares this one's connections.
    public func inNamespace(_ namespace: String) -> RollcallClient {
        RollcallClient(namespace: namespace, transport: self.transport)
    }

    /// Closes every connection; what is under way fails. The client and its copies cannot be used afterwards.
    public func shutdown() async { await self.transport.shutdown() }

    /// A service in the client's namespace.
    public func service(_ name: String) -> ServiceKey { ServiceKey(namespace: self.namespace, name: name) }

    /// An instance of a service in the client's namespace.
    public func instance(_ id: String, of service: String) -> InstanceKey {
        InstanceKey(service: self.service(service), id: id)
    }
}

/// Runs `body` with a client that is shut down afterwards, however it ends.
public func withRollcallClient<Result, Failure: Error>(
    _ configuration: RollcallClientConfiguration, _ body: (RollcallClient) async throws(Failure) -> Result
) async throws(Failure) -> Result {
    let client = RollcallClient(configuration)
    do throws(Failure) {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}
