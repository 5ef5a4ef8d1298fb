import ArgumentParser
import RollcallClient

/// What an instance says of itself: the same for `register` and `run`.
struct InstanceOptions: ParsableArguments {
    @Option(help: "The name of the service.")
    var service: String?

    @Option(help: "The port at which the instance listens.")
    var port: UInt16?

    @Option(help: "The name or address at which callers reach the instance.")
    var host = "127.0.0.1"

    @Option(help: "The id of the instance. (default: host:port)")
    var id: String?

    @Option(name: .customLong("version"), help: "The version of the program, such as 1.4.0.")
    var programVersion = ""

    @Option(name: .customLong("tag"), parsing: .singleValue, help: "A tag; may be repeated.")
    var tags: [String] = []

    @Option(parsing: .singleValue, help: ArgumentHelp("A pair of metadata; may be repeated.", valueName: "key=value"))
    var metadata: [KeyValue] = []

    @Option(help: "The share of the calls that it is to get, 0 to 65535.")
    var weight = UInt16(Limits.defaultWeight)

    @Option(name: .customLong("protocol"), help: "What it speaks.")
    var protocolName = InstanceSpec.defaultProtocol

    @Option(help: "The region where it runs.")
    var region = ""

    @Option(help: "The zone where it runs.")
    var zone = ""

    @Option(
        name: .customLong("named-port"), parsing: .singleValue,
        help: ArgumentHelp("A further port; may be repeated.", valueName: "name=port"))
    var namedPorts: [PortArgument] = []

    @Option(help: "How long it is kept once DOWN, such as 10m, or never. (default: the registry's)")
    var deregisterAfter: Lifetime?

    @Option(
        name: .customLong("check"), parsing: .singleValue,
        help: ArgumentHelp(
            "A check that the registry makes, such as http:/health,interval=5s or tcp; may be repeated.",
            discussion: "http:PATH, tcp:PORT or grpc:SERVICE, and fields as name=value or tls.", valueName: "check"))
    var checks: [CheckArgument] = []

    @Option(help: "How long its weight grows once it is UP, such as 30s. (default: the registry's)")
    var warmUp: TimeSpan?

    @Option(help: "The type of the service, if it is new.")
    var serviceType = ""

    /// - Throws: `ValidationError` that names every field at fault.
    func registration(
        namespace: String, ttl: Lifetime?, status: InstanceStatus?, incarnation: Int64?
    ) throws -> Registration {
        guard let service else { throw ValidationError("Missing expected argument '--service <service>'") }
        guard let port else { throw ValidationError("Missing expected argument '--port <port>'") }
        let spec = InstanceSpec(
            host: self.host, port: port, protocol: self.protocolName, version: self.programVersion,
            status: status ?? .up, weight: self.weight, tags: self.tags, metadata: self.metadata.metadata,
            locality: Locality(region: self.region, zone: self.zone), ports: self.namedPorts.map(\.port), ttl: ttl,
            checks: self.checks.map(\.check), deregisterAfter: self.deregisterAfter, warmUp: self.warmUp)
        let registration = Registration(
            service: ServiceKey(namespace: namespace, name: service), serviceType: self.serviceType,
            instanceID: self.id, spec: spec, statesStatus: status != nil, incarnation: incarnation)
        let faults = registration.validate()
        guard faults.isEmpty else {
            throw ValidationError(faults.map { "\($0.field) \($0.message)" }.joined(separator: "\n"))
        }
        return registration
    }
}
