import ArgumentParser
import RollcallClient

/// Where the registry is, and how the command shows itself there.
struct ClientOptions: ParsableArguments {
    @Option(
        help: """
            Address of the registry: host:port or a URL; of several nodes with commas between them. \
            (default: $ROLLCALL_ADDRESS, else 127.0.0.1:8080)
            """)
    var address: String?

    @Option(help: "Namespace of the services.")
    var namespace = ServiceKey.defaultNamespace

    @Option(help: "How long one request may take, such as 5s. (default: 10s; 10m for cluster adopt and reseed)")
    var timeout: TimeSpan?

    /// `ROLLCALL_TOKEN` is the access token; there is no option for it, which every user of the machine could read.
    func configuration(clientName: String = "rollcall-cli") throws(RollcallClientError) -> RollcallClientConfiguration {
        var configuration = try RollcallClientConfiguration(environment: Environment.variables)
        if let address { try configuration.use(addresses: address) }
        configuration.namespace = self.namespace
        configuration.clientName = clientName
        if let timeout { configuration.requestTimeout = timeout.duration }
        return configuration
    }

    /// Runs `body` with a client, and closes its connections afterwards.
    ///
    /// - Parameter staysAtFirst: of several nodes only the first one is asked, whatever becomes of it.
    func withClient<Result>(
        staysAtFirst: Bool = false, _ body: (RollcallClient) async throws -> Result
    ) async throws -> Result {
        var configuration = try self.configuration()
        if staysAtFirst { configuration.alternatives = [] }
        return try await withRollcallClient(configuration, body)
    }
}
