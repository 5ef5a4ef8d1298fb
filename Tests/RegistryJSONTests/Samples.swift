import RegistryJSON
import RegistryModel

/// What several tests write and read.
enum Samples {
    static let service = ServiceKey(namespace: "shop", name: "payments")

    static let time = Timestamp(milliseconds: 1_772_368_245_678)

    /// Every field is set to something other than its default, with text that has to be escaped.
    static let fullSpec = InstanceSpec(
        host: "127.0.0.11", port: 8080, protocol: "grpc", version: "1.4.0-rc.1", status: .draining, weight: 7,
        tags: ["blue", "größe \"q\" \\ \n\t\u{1}", "🦑"], metadata: ["team": "core", "é": "\u{1F}"],
        locality: Locality(region: "eu", zone: "eu-1"),
        ports: [NamedPort(name: "admin", port: 9000), NamedPort(name: "debug", port: 9001)], ttl: .after(.seconds(90)),
        checks: [
            HealthCheck(name: "beat", kind: .ttl, interval: .seconds(10)), HealthCheck(name: "http", kind: .http),
            HealthCheck(
                name: "web", kind: .http, interval: .seconds(5),
                probe: HealthCheck.Probe(
                    timeout: .seconds(1), failuresBeforeDown: 4, successesBeforeUp: 2, startPeriod: .minutes(1),
                    port: 9000, path: "/ready?full=1", method: "HEAD", headers: ["Host": "shop", "X-Key": "a b"],
                    expectedStatus: "200-204,301", bodyContains: "größe \"q\"\n", usesTLS: true,
                    serverName: "shop.example")),
            HealthCheck(
                name: "rpc", kind: .grpc,
                probe: HealthCheck.Probe(usesTLS: true, serverName: "shop", service: "shop.Payments")),
            HealthCheck(name: "db", kind: .tcp, probe: HealthCheck.Probe(timeout: .milliseconds(100), port: 5432)),
        ], deregisterAfter: .never, warmUp: .seconds(45))

    /// As answers have it: without what its checks' headers say.
    static let shownSpec: InstanceSpec = {
        var spec = Self.fullSpec
        spec.checks[2].probe.headers = ["Host": "***", "X-Key": "***"]
        return spec
    }()

    static func instance(_ id: String = "a-1", _ spec: InstanceSpec = Samples.shownSpec) -> Instance {
        Instance(
            id: id, spec: spec, number: 0, incarnation: 1_700_000_000_000,
            health: Health(state: .down, cause: .register, since: self.time.advanced(by: .seconds(5))),
            createdAt: self.time, updatedAt: self.time.advanced(by: .seconds(5)), revision: Revision(42))
    }

    static let plainInstance = Instance(
        id: "127.0.0.1:80", spec: InstanceSpec(host: "127.0.0.1", port: 80), number: 0, incarnation: nil,
        health: Health(state: .up, cause: .register, since: Samples.time), createdAt: Samples.time,
        updatedAt: Samples.time, revision: Revision(41))

    static func document(instances: [Instance]? = nil) -> ServiceDocument {
        ServiceDocument(
            service: Service(
                key: self.service, number: 0, type: "backend", metadata: ["owner": "core"], createdAt: self.time,
                updatedAt: self.time.advanced(by: .seconds(5)), revision: Revision(42)),
            status: ServiceStatus(
                state: ServiceStatus.active, health: .down, instances: 2, lastCheck: self.time, error: "all are DOWN"),
            version: "1.4.0",
            versions: [VersionCount(version: "", count: 1), VersionCount(version: "1.4.0", count: 1)],
            instances: instances)
    }

    static let details = HealthDetails(
        cpu: 0.25, memory: 1, disk: 0.125, network: NetworkUse(receivedBytes: 1, sentBytes: 2, errors: 3),
        errors: ["disk is slow"])

    static let load = LoadReport(requests: 10, errors: 1, latency: 12.5, cpu: 0.5, memory: 0.75)

    static let problem = ProblemDocument(
        title: "Unprocessable Content", status: 422, detail: "instance.port is 0; a port is 1 to 65535.",
        code: "invalid", errors: [FieldError(field: "instance.port", message: "is 0; a port is 1 to 65535")])

    /// Sound bodies of requests, to be damaged.
    static let bodies: [[UInt8]] = {
        let registration = Registration(
            service: Samples.service, serviceType: "t", instanceID: "a", spec: Samples.fullSpec, statesStatus: true,
            incarnation: 3)
        let report = HealthReport(
            status: .up, details: Samples.details, load: Samples.load, metadata: ["a": "b"], incarnation: 7)
        let reference = InstanceReference(key: registration.key, incarnation: 4)
        let override = OverrideRequest(status: .draining, weight: 3, reason: "größe \"q\"", expiresAfter: .hours(2))
        let patch = #"{"status":"UP","metadata":{"a":null},"ports":{"b":1},"locality":null,"ttl":"10s","weight":1e2}"#
        return [
            written { $0.registration(registration) }, written { $0.registrations([registration, registration]) },
            written { $0.references([reference, reference]) }, written { $0.healthReport(report) }, Array(patch.utf8),
            written { $0.overrideRequest(override) },
        ]
    }()
}

/// What `write` writes.
func written(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(capacity: 0)
    write(&writer)
    return writer.bytes
}

func text(_ write: (inout JSONWriter) -> Void) -> String { String(decoding: written(write), as: UTF8.self) }

/// Reads the whole of a text as JSON, whatever it is.
func parse(_ bytes: [UInt8]) throws(JSONError) {
    try bytes.span.withUnsafeBufferPointer { buffer throws(JSONError) in
        var reader = JSONReader(buffer)
        try reader.skip()
        try reader.finish()
    }
}

/// One value read by `read`, with nothing after it.
func readValue<Value>(
    _ text: String, _ read: (inout JSONReader) throws(JSONError) -> Value
) throws(JSONError) -> Value {
    try Array(text.utf8).span.withUnsafeBufferPointer { buffer throws(JSONError) in
        var reader = JSONReader(buffer)
        let value = try read(&reader)
        try reader.finish()
        return value
    }
}
