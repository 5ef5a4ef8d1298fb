import RegistryJSON
import RegistryModel
import Testing

@Suite struct PatchBodyTests {
    private func decode(_ text: String) throws -> Decoded<InstancePatch> {
        try RequestBody.instancePatch(Array(text.utf8).span)
    }

    @Test func nothingIsChangedByNothing() throws {
        #expect(try self.decode("{}").value == InstancePatch())
    }

    @Test func everyFieldIsSet() throws {
        let patch = try #require(
            try self.decode(
                #"""
                {"status": "OUT_OF_SERVICE", "weight": 5, "version": "2", "tags": ["x"], "ttl": "20s",
                 "deregister_after": "never", "checks": [{"type": "ttl"}], "locality": {"region": "eu", "zone": null},
                 "metadata": {"a": "1", "b": null}, "ports": {"admin": 1, "old": null}, "incarnation": 9}
                """#
            ).value)
        let before = InstanceSpec(
            host: "h", port: 1, metadata: ["b": "2", "c": "3"], locality: Locality(region: "us", zone: "us-1"),
            ports: [NamedPort(name: "old", port: 2)])
        #expect(
            patch.applied(to: before)
                == InstanceSpec(
                    host: "h", port: 1, version: "2", status: .outOfService, weight: 5, tags: ["x"],
                    metadata: ["a": "1", "c": "3"], locality: Locality(region: "eu"),
                    ports: [NamedPort(name: "admin", port: 1)], ttl: .after(.seconds(20)),
                    checks: [HealthCheck(name: "ttl", kind: .ttl)], deregisterAfter: .never))
        #expect(patch.incarnation == 9)
    }

    @Test func nullGoesBackToTheDefault() throws {
        let patch = try #require(
            try self.decode(
                #"""
                {"status": null, "weight": null, "version": null, "tags": null, "ttl": null, "deregister_after": null,
                 "warm_up": null, "checks": null, "locality": null, "metadata": null, "ports": null}
                """#
            ).value)
        #expect(patch.applied(to: Samples.fullSpec) == InstanceSpec(host: "127.0.0.11", port: 8080, protocol: "grpc"))
    }

    @Test func ofEqualFieldsTheLastCounts() throws {
        let patch = try #require(
            try self.decode(#"{"metadata": null, "metadata": {"a": "1"}, "locality": null, "locality": {}}"#).value)
        #expect(patch.metadata == ["a": "1"] && !patch.clearsMetadata)
        #expect(patch.region == nil && patch.zone == nil)
    }

    @Test(arguments: [
        (#"{"host": "x"}"#, "host", "cannot be changed"), (#"{"port": 1}"#, "port", "cannot be changed"),
        (#"{"id": null}"#, "id", "cannot be changed"), (#"{"anything": {"a": []}}"#, "anything", "cannot be changed"),
        (#"{"status": "GONE"}"#, "status", "must be UP"), (#"{"weight": 70000}"#, "weight", "0 to 65535"),
        (#"{"tags": [""]}"#, "tags[0]", "is empty"), (#"{"ttl": "1ms"}"#, "ttl", "it is 1s to 1d"),
        (#"{"metadata": {"a": 1}}"#, "metadata.a", "must be a string"),
        (#"{"metadata": {"": "x"}}"#, "metadata. (the key)", "is empty"),
        (#"{"metadata": []}"#, "metadata", "an object"),
        (#"{"ports": {"admin": 0}}"#, "ports.admin", "1 to 65535"),
        (#"{"locality": {"rack": 1}}"#, "locality.rack", "not known"),
        (#"{"locality": {"zone": 1}}"#, "locality.zone", "a string"), (#"{"locality": "eu"}"#, "locality", "an object"),
        (#"{"checks": [{"type": "x"}]}"#, "checks[0].type", "must be ttl"),
        (#"{"incarnation": -5}"#, "incarnation", "is -5"),
        (#"{"deregister_after": 5}"#, "deregister_after", "a string"), (#"[]"#, "body", "must be an object"),
        (#"null"#, "body", "must be an object"),
    ])
    func aFieldAtFault(text: String, field: String, message: String) throws {
        let decoded = try self.decode(text)
        #expect(decoded.value == nil)
        #expect(decoded.errors.map(\.field) == [field])
        #expect(decoded.errors.first?.message.contains(message) == true, "\(decoded.errors)")
    }

    @Test func servicePatches() throws {
        func decode(_ text: String) throws -> Decoded<ServicePatch> {
            try RequestBody.servicePatch(Array(text.utf8).span)
        }
        let service = Samples.document().service
        let patch = try #require(try decode(#"{"type": "edge", "metadata": {"owner": null, "team": "a"}}"#).value)
        #expect(patch.applied(to: service).type == "edge")
        #expect(patch.applied(to: service).metadata == ["team": "a"])
        let cleared = try #require(try decode(#"{"type": null, "metadata": null}"#).value)
        #expect(cleared.applied(to: service).type == "" && cleared.applied(to: service).metadata == [:])
        #expect(try decode(#"{"name": "x", "type": 1}"#).errors.map(\.field) == ["name", "type"])
        #expect(try decode(#"{"type": "\#(String(repeating: "t", count: 129))"}"#).errors.map(\.field) == ["type"])
    }
}
