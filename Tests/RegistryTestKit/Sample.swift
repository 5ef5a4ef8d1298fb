public import RegistryModel

/// Sound values of the model with every field at hand, for tests that care about one or two of them.
public enum Sample {
    /// 2026-03-01T12:00:00Z.
    public static let time = Timestamp(milliseconds: 1_772_366_400_000)

    public static func service(
        _ name: String = "payments", namespace: String = ServiceKey.defaultNamespace, number: Int64 = 1,
        type: String = "", metadata: Metadata = [:], revision: Revision = .zero, emptySince: Timestamp? = nil
    ) -> Service {
        Service(
            key: ServiceKey(namespace: namespace, name: name), number: number, type: type, metadata: metadata,
            createdAt: time, updatedAt: time, revision: revision, emptySince: emptySince)
    }

    public static func spec(
        host: String = "127.0.0.11", port: UInt16 = 8080, version: String = "1.4.0", status: InstanceStatus = .up,
        weight: UInt16 = 100, tags: [String] = [], metadata: Metadata = [:], zone: String = "", ttl: Lifetime? = nil
    ) -> InstanceSpec {
        InstanceSpec(
            host: host, port: port, version: version, status: status, weight: weight, tags: tags, metadata: metadata,
            locality: Locality(zone: zone), ttl: ttl)
    }

    public static func health(
        _ state: HealthState = .up, cause: Cause = .register, since: Timestamp = time, error: String = ""
    ) -> Health {
        Health(state: state, cause: cause, since: since, error: error)
    }

    public static func instance(
        _ id: String = "a", number: Int64 = 2, spec: InstanceSpec = spec(), incarnation: Int64? = nil,
        health: Health = health(), revision: Revision = .zero
    ) -> Instance {
        Instance(
            id: id, spec: spec, number: number, incarnation: incarnation, health: health, createdAt: time,
            updatedAt: time, revision: revision)
    }

    public static func tombstone(
        _ id: String = "a", number: Int64 = 3, incarnation: Int64 = 7, until: Timestamp = time.advanced(by: .hours(1)),
        revision: Revision = .zero
    ) -> Tombstone {
        Tombstone(
            id: id, number: number, incarnation: incarnation, cause: .deregister, actor: "127.0.0.1", until: until,
            revision: revision)
    }

    public static func override(
        number: Int64 = 4, status: InstanceStatus? = .outOfService, weight: UInt16? = nil, reason: String = "",
        expiresAt: Timestamp? = nil, absentSince: Timestamp? = nil
    ) -> Override {
        Override(
            number: number, status: status, weight: weight, reason: reason, actor: "127.0.0.1", createdAt: time,
            expiresAt: expiresAt, absentSince: absentSince)
    }

    public static func subscription(
        _ id: String = "s", number: Int64 = 5, service: ServiceKey = ServiceKey(name: "payments"),
        callback: String = "http://127.0.0.1:9/hook"
    ) -> Subscription {
        Subscription(
            id: id, number: number, service: service, clientID: "web", callback: callback,
            secret: "whsec_c2VjcmV0", metadata: ["team": "a"], createdAt: time, updatedAt: time)
    }

    public static func change(
        _ instance: String = "a", service: ServiceKey = ServiceKey(name: "payments"), cause: Cause = .register,
        actor: String = "127.0.0.1", time: Timestamp = time, revision: Revision = .zero, detail: String = ""
    ) -> Change {
        Change(
            revision: revision, time: time, service: service, instance: instance, cause: cause, actor: actor,
            health: .up, status: .up, detail: detail)
    }

    public static func registration(
        _ service: String = "payments", namespace: String = ServiceKey.defaultNamespace, id: String? = nil,
        spec: InstanceSpec = spec(), incarnation: Int64? = nil
    ) -> Registration {
        Registration(
            service: ServiceKey(namespace: namespace, name: service), instanceID: id, spec: spec,
            incarnation: incarnation)
    }

    /// About 250 bytes of registration, different for every `index`: what DESIGN's figures are measured with.
    public static func typicalSpec(_ index: Int) -> InstanceSpec {
        InstanceSpec(
            host: "10.\(index >> 16 & 255).\(index >> 8 & 255).\(index & 255)", port: 8080, version: "1.4.\(index % 7)",
            tags: ["blue", "canary"],
            metadata: [
                "build": "2026-03-01.\(index)", "commit": "7f3a9c1e5b2d4f60", "owner": "team-payments",
                "runtime": "swift-6.3",
            ],
            locality: Locality(region: "eu-central-1", zone: "eu-central-1b"),
            ports: [NamedPort(name: "metrics", port: 9090)], ttl: .after(.seconds(30)))
    }
}
