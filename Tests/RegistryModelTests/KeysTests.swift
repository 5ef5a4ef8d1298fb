import RegistryModel
import Testing

struct KeysTests {
    @Test func keysReadAsPaths() {
        let service = ServiceKey(name: "payments")
        #expect(service.namespace == "default")
        #expect(service.description == "default/payments")
        #expect(InstanceKey(service: service, id: "[::1]:80").description == "default/payments/[::1]:80")
    }

    @Test func servicesAreOrderedByNamespaceThenName() {
        let keys = [("a", "z"), ("b", "a"), ("a", "b"), ("B", "a"), ("a-b", "a"), ("a", "")]
            .map { ServiceKey(namespace: $0.0, name: $0.1) }
        #expect(keys.sorted().map(\.description) == ["B/a", "a/", "a/b", "a/z", "a-b/a", "b/a"])
    }

    @Test func instancesAreOrderedByServiceThenID() {
        let keys = [("a", "2"), ("b", "1"), ("a", "10"), ("a", "1")].map {
            InstanceKey(service: ServiceKey(name: $0.0), id: $0.1)
        }
        #expect(keys.sorted().map(\.description) == ["default/a/1", "default/a/10", "default/a/2", "default/b/1"])
    }

    @Test func revisionsCount() {
        #expect(Revision.zero.next == Revision(1))
        #expect(Revision(7) < Revision(8))
        #expect(Revision(rawValue: 7).description == "7")
        #expect(Revision.max.rawValue == (Int64(1) << 53) - 1)
    }

    @Test(arguments: [
        ("127.0.0.11", 8080, "127.0.0.11:8080"), ("::1", 8080, "[::1]:8080"), ("host.example", 1, "host.example:1"),
        ("::ffff:1.2.3.4", 65_535, "[::ffff:1.2.3.4]:65535"),
    ])
    func addressIsTheDefaultID(host: String, port: UInt16, address: String) {
        let spec = InstanceSpec(host: host, port: port)
        #expect(spec.address == address)
        let service = ServiceKey(name: "payments")
        #expect(Registration(service: service, spec: spec).instanceID == address)
        #expect(Registration(service: service, spec: spec).key == InstanceKey(service: service, id: address))
        #expect(Registration(service: service, instanceID: "mine", spec: spec).instanceID == "mine")
    }
}

struct SpellingTests {
    @Test func statusReadsBackInAnyCase() {
        #expect(
            InstanceStatus.allCases.map(\.description).sorted() == ["DRAINING", "OUT_OF_SERVICE", "STARTING", "UP"])
        for status in InstanceStatus.allCases {
            #expect(InstanceStatus(status.description) == status)
            #expect(InstanceStatus(status.description.lowercased()) == status)
        }
        for text in ["", "DOWN", "UP ", "OUT-OF-SERVICE", "unknown"] { #expect(InstanceStatus(text) == nil) }
    }

    @Test func healthReadsBackInAnyCase() {
        #expect(HealthState.allCases.map(\.description).sorted() == ["DOWN", "UNKNOWN", "UP"])
        for state in HealthState.allCases {
            #expect(HealthState(state.description) == state)
            #expect(HealthState(state.description.lowercased()) == state)
        }
        for text in ["", "STARTING", " UP", "any"] { #expect(HealthState(text) == nil) }
    }

    @Test func checkKindsReadBack() {
        #expect(HealthCheck.Kind.allCases.map(\.description) == ["ttl", "http", "tcp", "grpc"])
        for kind in HealthCheck.Kind.allCases { #expect(HealthCheck.Kind(kind.description) == kind) }
        for text in ["", "HTTP", "https", "exec"] { #expect(HealthCheck.Kind(text) == nil) }
    }

    @Test func causesReadBack() {
        for cause in Cause.allCases {
            #expect(Cause(cause.description) == cause)
            #expect(cause.description.allSatisfy { $0.isLowercase || $0 == "_" })
        }
        #expect(Set(Cause.allCases.map(\.description)).count == Cause.allCases.count)
        #expect(Cause("") == nil)
        #expect(Cause("Register") == nil)
    }

    /// They are stored: a number never gets another meaning.
    @Test func storedNumbersStay() {
        #expect(
            Cause.allCases.map { "\($0.rawValue) \($0)" } == [
                "1 register", "2 update", "3 deregister", "4 expire", "5 recover", "6 report", "7 purge",
                "8 update_service", "9 delete_service", "10 purge_service", "11 probe", "12 resource", "13 override",
                "14 lift_override", "15 superseded", "16 protect", "17 end_protection", "18 drain", "19 ready",
            ])
        #expect(
            InstanceStatus.allCases.map { "\($0.rawValue) \($0)" } == [
                "1 UP", "2 STARTING", "3 DRAINING", "4 OUT_OF_SERVICE",
            ])
        #expect(HealthState.allCases.map { "\($0.rawValue) \($0)" } == ["1 UP", "2 DOWN", "3 UNKNOWN"])
        #expect(HealthCheck.Kind.allCases.map { "\($0.rawValue) \($0)" } == ["1 ttl", "2 http", "3 tcp", "4 grpc"])
    }
}
