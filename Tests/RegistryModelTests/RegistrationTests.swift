import RegistryModel
import Testing

struct RegistrationTests {
    private static func fields(_ change: (inout Registration) -> Void) -> [String] {
        var registration = Registration(
            service: ServiceKey(name: "payments"), spec: InstanceSpec(host: "127.0.0.1", port: 80))
        change(&registration)
        return registration.validate().map(\.field)
    }

    @Test func theSmallestIsSound() { #expect(Self.fields { _ in } == []) }

    @Test func theLargestIsSound() {
        let faults = Self.fields {
            let name = String(repeating: "n", count: 255)
            let pairs = (0..<64).map { index in
                Metadata.Pair(
                    key: String(repeating: "k", count: 126) + "\(10 + index)",
                    value: String(repeating: "v", count: 1_024))
            }
            $0.service = ServiceKey(namespace: name, name: name)
            $0.serviceType = String(repeating: "t", count: 128)
            $0.serviceMetadata = Metadata(pairs)
            $0.instanceID = name
            $0.incarnation = Limits.largestInteger
            $0.spec = InstanceSpec(
                host: "2001:db8::ffff", port: 65_535, protocol: name, version: String(repeating: "v", count: 128),
                weight: .max, tags: (0..<64).map { _ in String(repeating: "t", count: 128) }, metadata: Metadata(pairs),
                locality: Locality(
                    region: String(repeating: "r", count: 128), zone: String(repeating: "z", count: 128)),
                ports: (0..<16).map { NamedPort(name: "port\($0)", port: 65_535) }, ttl: .after(.hours(24)),
                checks: (0..<16).map { HealthCheck(name: "check\($0)", kind: .http, interval: .hours(1)) },
                deregisterAfter: .after(.days(30)))
        }
        #expect(faults == [])
    }

    /// One answer names every field at fault.
    @Test func everyFieldAtFaultIsNamedAtOnce() {
        let faults = Self.fields {
            $0.service = ServiceKey(namespace: "a/b", name: "")
            $0.serviceType = String(repeating: "t", count: 129)
            $0.serviceMetadata = ["": "v"]
            $0.instanceID = "a b"
            $0.incarnation = -1
            $0.spec = InstanceSpec(
                host: "1.2.3", port: 0, protocol: "", version: String(repeating: "v", count: 129),
                tags: ["a", "", "c"],
                metadata: ["k": String(repeating: "v", count: 1_025)],
                locality: Locality(
                    region: String(repeating: "r", count: 129), zone: String(repeating: "z", count: 129)),
                ports: [NamedPort(name: "a b", port: 1), NamedPort(name: "admin", port: 0)],
                ttl: .after(.milliseconds(999)),
                checks: [
                    HealthCheck(name: "-", kind: .ttl, interval: .hours(25)), HealthCheck(name: "a", kind: .ttl),
                    HealthCheck(name: "a", kind: .http, interval: .milliseconds(99)),
                ],
                deregisterAfter: .after(.days(31)))
        }
        #expect(
            faults == [
                "service.name", "service.namespace", "service.type", "service.metadata. (the key)", "instance.id",
                "instance.incarnation", "instance.host", "instance.port", "instance.protocol", "instance.version",
                "instance.tags[1]", "instance.metadata.k", "instance.locality.region", "instance.locality.zone",
                "instance.ports.a b (the name)", "instance.ports.admin", "instance.ttl", "instance.deregister_after",
                "instance.checks[0].name", "instance.checks[0].interval", "instance.checks[2].interval",
                "instance.checks[2].name",
            ])
    }

    @Test func longListsAreOneFaultAndTheirFirstEntriesAreLookedAt() {
        let faults = Self.fields {
            $0.spec.tags = Array(repeating: "t", count: 63) + Array(repeating: "", count: 1_000)
            $0.spec.metadata = Metadata((0..<65).map { Metadata.Pair(key: "\($0)", value: "") })
            $0.spec.ports = (0..<17).map { NamedPort(name: "p\($0)", port: 1) }
            $0.spec.checks = (0..<17).map { HealthCheck(name: "c\($0)", kind: .ttl) }
        }
        #expect(
            faults == [
                "instance.tags", "instance.tags[63]", "instance.metadata", "instance.ports", "instance.checks",
            ])
    }

    @Test func portNamesDiffer() {
        let ports = [NamedPort(name: "a", port: 1), NamedPort(name: "b", port: 1), NamedPort(name: "a", port: 2)]
        #expect(Self.fields { $0.spec.ports = ports } == ["instance.ports.a"])
    }

    @Test(arguments: [
        (TimeSpan.zero, false), (.milliseconds(999), false), (.seconds(1), true), (.hours(24), true),
        (.hours(24) + .milliseconds(1), false), (.milliseconds(-1), false),
    ])
    func ttl(span: TimeSpan, isSound: Bool) {
        #expect(Self.fields { $0.spec.ttl = .after(span) } == (isSound ? [] : ["instance.ttl"]))
        let check = HealthCheck(name: "c", kind: .ttl, interval: span)
        #expect(Self.fields { $0.spec.checks = [check] } == (isSound ? [] : ["instance.checks[0].interval"]))
    }

    @Test(arguments: [
        (TimeSpan.zero, true), (.days(30), true), (.days(30) + .milliseconds(1), false), (.milliseconds(-1), false),
    ])
    func deregisterAfter(span: TimeSpan, isSound: Bool) {
        #expect(
            Self.fields { $0.spec.deregisterAfter = .after(span) } == (isSound ? [] : ["instance.deregister_after"]))
    }

    @Test(arguments: [HealthCheck.Kind.http, .tcp, .grpc])
    func intervalOfAProbe(kind: HealthCheck.Kind) {
        func isSound(_ span: TimeSpan) -> Bool {
            Self.fields { $0.spec.checks = [HealthCheck(name: "c", kind: kind, interval: span)] }.isEmpty
        }
        #expect(!isSound(.milliseconds(99)))
        #expect(isSound(.milliseconds(100)))
        #expect(isSound(.hours(1)))
        #expect(!isSound(.hours(1) + .milliseconds(1)))
    }

    @Test func neverIsAlwaysAllowed() {
        #expect(Self.fields { ($0.spec.ttl, $0.spec.deregisterAfter) = (.never, .never) } == [])
    }

    @Test(arguments: [
        (Int64.min, false), (-1, false), (0, true), (9_007_199_254_740_991, true), (9_007_199_254_740_992, false),
    ])
    func incarnation(value: Int64, isSound: Bool) {
        #expect(Self.fields { $0.incarnation = value } == (isSound ? [] : ["instance.incarnation"]))
    }

    @Test func messagesGiveTheLimit() throws {
        var registration = Registration(service: ServiceKey(name: "payments"), spec: InstanceSpec(host: "a", port: 0))
        registration.spec.ttl = .after(.days(2))
        registration.spec.tags = [String(repeating: "t", count: 129)]
        registration.spec.checks = [HealthCheck(name: "a", kind: .ttl), HealthCheck(name: "a", kind: .ttl)]
        let messages = Dictionary(uniqueKeysWithValues: registration.validate().map { ($0.field, $0.message) })
        #expect(messages["instance.port"] == "is 0; a port is 1 to 65535")
        #expect(messages["instance.ttl"] == "is 2d; it is 1s to 1d, or never")
        #expect(messages["instance.tags[0]"] == "has 129 bytes; at most 128 are allowed")
        #expect(messages["instance.checks[1].name"] == "is a, as that of an earlier check; names differ")
    }

    @Test func hostileTextDoesNotReachTheAnswer() {
        var registration = Registration(
            service: ServiceKey(name: "\u{1b}[31m"), spec: InstanceSpec(host: "\u{9b}\n", port: 1))
        registration.spec.metadata = ["\u{7}" + String(repeating: "k", count: 5_000): "v"]
        for fault in registration.validate() {
            #expect(
                !(fault.field + fault.message).unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(fault.field.utf8.count < 200)
            #expect(fault.message.utf8.count < 200)
        }
    }
}
