import RegistryJSON
import RegistryModel
import Testing

@Suite struct BatchBodyTests {
    private func registrations(
        _ items: [String], namespace: String? = nil
    ) throws -> Decoded<
        [Result<Registration, RegistryError>]
    > {
        let text = "{\"instances\":[\(items.joined(separator: ","))]}"
        return try RequestBody.registrations(Array(text.utf8).span, defaultNamespace: namespace)
    }

    private func heartbeats(_ text: String, namespace: String? = nil) throws -> Decoded<[InstanceReference]> {
        try RequestBody.heartbeats(Array(text.utf8).span, defaultNamespace: namespace)
    }

    private let good = #"{"service":{"name":"p"},"instance":{"host":"h","port":1}}"#

    @Test func itemsAreIndependent() throws {
        let decoded = try self.registrations([
            self.good, #"{"service":{"name":"p"},"instance":{"host":"h","port":0,"tags":[1],"x":1}}"#, "null", "7",
            self.good,
        ])
        let items = try #require(decoded.value)
        #expect(decoded.errors.isEmpty)
        #expect(decoded.warnings == ["instances[1].instance.x"])
        let faults = items.map { item -> [String] in
            guard case .failure(let error) = item else { return [] }
            return error.fields.map(\.field)
        }
        #expect(
            faults == [
                [], ["instances[1].instance.port", "instances[1].instance.tags[0]"], ["instances[2]"], ["instances[3]"],
                [],
            ])
        #expect(throws: RegistryError.self) { try items[1].get() }
        #expect(try items[4].get().key.id == "h:1")
    }

    @Test func theLimitsOfTheModelAreUnderTheItemsPath() throws {
        let decoded = try self.registrations(
            [self.good, #"{"service":{"name":"a b"},"instance":{"host":"h","port":1,"ttl":"1ms"}}"#], namespace: "q")
        guard case .failure(let error) = decoded.value?.last else {
            Issue.record("the item is at fault")
            return
        }
        #expect(error.code == .invalid)
        #expect(Set(error.fields.map(\.field)) == ["instances[1].service.name", "instances[1].instance.ttl"])
    }

    @Test func everyItemAtFaultSaysWhyHoweverManyThereAre() throws {
        let bad = #"{"service":{"name":1},"instance":{"host":1,"port":"x"}}"#
        let decoded = try self.registrations(Array(repeating: bad, count: 1_000))
        let counts = try #require(decoded.value).map { item -> Int in
            if case .failure(let error) = item { error.fields.count } else { 0 }
        }
        #expect(counts.allSatisfy { $0 >= 1 })
        #expect(counts.reduce(0, +) < 2_100)
    }

    @Test(arguments: [
        (#"{}"#, "instances"), (#"{"instances":null}"#, "instances"), (#"{"instances":{}}"#, "instances"),
        ("[]", "body"),
        (#"{"instances":[]}"#, "instances"), ("null", "body"),
    ])
    func thereMustBeItems(text: String, field: String) throws {
        let registrations = try RequestBody.registrations(Array(text.utf8).span, defaultNamespace: nil)
        let deregistrations = try RequestBody.deregistrations(Array(text.utf8).span, defaultNamespace: nil)
        let heartbeats = try self.heartbeats(text)
        #expect(registrations.value == nil && deregistrations.value == nil && heartbeats.value == nil)
        for errors in [registrations.errors, deregistrations.errors, heartbeats.errors] {
            #expect(errors.map(\.field) == [field])
        }
    }

    @Test func atMostAThousandRegistrationsAndTenThousandHeartbeats() throws {
        #expect(try self.registrations(Array(repeating: self.good, count: 1_000)).value?.count == 1_000)
        let tooMany = try self.registrations(Array(repeating: self.good, count: 1_001))
        #expect(tooMany.value == nil)
        #expect(tooMany.errors.map(\.message) == ["has 1001 entries; 1 to 1000 are allowed"])

        func beats(_ count: Int) -> String {
            "{\"instances\":[\(Array(repeating: #"{"service":"p","instance":"a"}"#, count: count).joined(separator: ","))]}"
        }
        #expect(try self.heartbeats(beats(10_000)).value?.count == 10_000)
        #expect(try self.heartbeats(beats(10_001)).errors.map(\.field) == ["instances"])
        #expect(throws: JSONError.self) { try self.heartbeats(beats(10_001) + "]") }
    }

    @Test func heartbeatsNameTheirInstances() throws {
        let decoded = try self.heartbeats(
            #"""
            {"instances": [{"service": "p", "instance": "a"}, {"instance": "b", "service": "p", "incarnation": 7},
             {"namespace": "n", "service": "p", "instance": "c", "incarnation": null, "x": 1},
             {"service": "q", "instance": "\u0061", "namespace": null}], "y": {}}
            """#)
        #expect(
            decoded.value == [
                InstanceReference(key: InstanceKey(service: ServiceKey(name: "p"), id: "a")),
                InstanceReference(key: InstanceKey(service: ServiceKey(name: "p"), id: "b"), incarnation: 7),
                InstanceReference(key: InstanceKey(service: ServiceKey(namespace: "n", name: "p"), id: "c")),
                InstanceReference(key: InstanceKey(service: ServiceKey(name: "q"), id: "a")),
            ])
        #expect(decoded.warnings == ["instances[2].x", "y"])
    }

    @Test func theQuerysNamespaceHoldsForEveryItem() throws {
        let text =
            #"{"instances": [{"service": "p", "instance": "a"}, {"namespace": "q", "service": "p", "instance": "b"}]}"#
        #expect(try self.heartbeats(text, namespace: "q").value?.map(\.key.service.namespace) == ["q", "q"])
        #expect(try self.heartbeats(text, namespace: "r").errors.map(\.field) == ["instances[1].namespace"])
    }

    @Test func heartbeatsAreTakenTogetherOrNotAtAll() throws {
        let decoded = try self.heartbeats(
            #"""
            {"instances": [{"service": "p", "instance": "a"}, {"service": 1, "instance": "b"}, {"service": "p"}, {},
             null, {"service": "p", "instance": "c", "incarnation": -1}]}
            """#)
        #expect(decoded.value == nil)
        #expect(
            decoded.errors.map(\.field) == [
                "instances[1].service", "instances[2].instance", "instances[3].service", "instances[3].instance",
                "instances[4]", "instances[5].incarnation",
            ])
    }

    @Test func everyItemOfAnotherNamespaceIsAtFault() throws {
        let item = #"{"namespace": "q", "service": "p", "instance": "a"}"#
        let text = "{\"instances\": [\(item), \(item), {\"service\": \"p\", \"instance\": \"a\"}]}"
        let items = try #require(try RequestBody.deregistrations(Array(text.utf8).span, defaultNamespace: "r").value)
        #expect(throws: RegistryError.self) { try items[0].get() }
        #expect(throws: RegistryError.self) { try items[1].get() }
        #expect(try items[2].get().key.service.namespace == "r")
    }

    @Test func deregistrationsAreIndependent() throws {
        let text = #"{"instances": [{"service": "p", "instance": "a", "incarnation": 1e3}, {"service": "p"}]}"#
        let items = try #require(try RequestBody.deregistrations(Array(text.utf8).span, defaultNamespace: nil).value)
        #expect(
            try items[0].get()
                == InstanceReference(key: InstanceKey(service: ServiceKey(name: "p"), id: "a"), incarnation: 1_000))
        #expect(throws: RegistryError.self) { try items[1].get() }
        #expect(items.count == 2)
    }
}
