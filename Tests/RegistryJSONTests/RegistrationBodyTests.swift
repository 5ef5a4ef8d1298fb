import RegistryJSON
import RegistryModel
import Testing

@Suite struct RegistrationBodyTests {
    private func decode(_ text: String, namespace: String? = nil) throws -> Decoded<Registration> {
        try RequestBody.registration(Array(text.utf8).span, defaultNamespace: namespace)
    }

    /// A registration whose instance has these fields besides host and port.
    private func withInstance(_ fields: String) throws -> Decoded<Registration> {
        try self.decode(#"{"service":{"name":"pay"},"instance":{"host":"h","port":1,\#(fields)}}"#)
    }

    @Test func theLeastOfARegistration() throws {
        let decoded = try self.decode(#"{"service":{"name":"pay"},"instance":{"host":"127.0.0.1","port":8080}}"#)
        #expect(
            decoded.value
                == Registration(service: ServiceKey(name: "pay"), spec: InstanceSpec(host: "127.0.0.1", port: 8080)))
        #expect(decoded.value?.instanceID == "127.0.0.1:8080")
        #expect(decoded.errors.isEmpty && decoded.warnings.isEmpty)
    }

    @Test func everyField() throws {
        let decoded = try self.decode(
            #"""
            {"service": {"name": "payments", "namespace": "shop", "type": "backend", "metadata": {"owner": "core"}},
             "metadata": {"team": "outer", "floor": "2"},
             "instance": {"id": "a-1", "host": "::1", "port": 8080.0, "protocol": "grpc", "version": "1.4.0",
              "status": "draining", "weight": 0, "tags": ["blue", "eu"], "metadata": {"team": "inner"},
              "locality": {"region": "eu", "zone": "eu-1"}, "ports": {"debug": 9001, "admin": 9e3}, "ttl": "1m30s",
              "checks": [{"name": "beat", "type": "ttl", "interval": "10s"},
                         {"type": "http", "path": "/", "port": 1, "timeout": "1s", "failures_before_down": 3}],
              "deregister_after": "never", "warm_up": "30s", "incarnation": 12}}
            """#)
        let registration = try #require(decoded.value)
        #expect(registration.key == InstanceKey(service: Samples.service, id: "a-1"))
        #expect(registration.serviceType == "backend" && registration.serviceMetadata == ["owner": "core"])
        #expect(registration.statesStatus && registration.incarnation == 12)
        #expect(
            registration.spec
                == InstanceSpec(
                    host: "::1", port: 8080, protocol: "grpc", version: "1.4.0", status: .draining, weight: 0,
                    tags: ["blue", "eu"], metadata: ["floor": "2", "team": "inner"],
                    locality: Locality(region: "eu", zone: "eu-1"),
                    ports: [NamedPort(name: "admin", port: 9000), NamedPort(name: "debug", port: 9001)],
                    ttl: .after(.seconds(90)),
                    checks: [
                        HealthCheck(name: "beat", kind: .ttl, interval: .seconds(10)),
                        HealthCheck(
                            name: "http", kind: .http,
                            probe: HealthCheck.Probe(
                                timeout: .seconds(1), failuresBeforeDown: 3, port: 1, path: "/")),
                    ], deregisterAfter: .never, warmUp: .seconds(30)))
        #expect(decoded.warnings.isEmpty)
    }

    @Test func nullIsAbsent() throws {
        let decoded = try self.decode(
            #"""
            {"service": {"name": "pay", "namespace": null, "version": null, "type": null, "metadata": null},
             "metadata": null, "instance": {"id": null, "host": "h", "port": 1, "protocol": null, "version": null,
             "status": null, "weight": null, "tags": null, "metadata": {"gone": null}, "locality": {"zone": null},
             "ports": null, "ttl": null, "checks": null, "deregister_after": null, "warm_up": null, "incarnation": null}}
            """#)
        #expect(
            decoded.value == Registration(service: ServiceKey(name: "pay"), spec: InstanceSpec(host: "h", port: 1)))
        #expect(decoded.value?.statesStatus == false)
    }

    // MARK: Fields at fault

    /// The field, the text of its value, and a part of what is said.
    @Test(arguments: [
        ("id", "1", "is a number; it must be a string"), ("id", #""a b""#, "a name has only"),
        ("id", #""""#, "is empty"),
        ("protocol", "true", "must be a string"), ("protocol", #""a/b""#, "a name has only"),
        ("version", "1.4", "is a number; it must be a string"),
        ("status", #""FOO""#, "is \"FOO\"; it must be UP, STARTING, DRAINING or OUT_OF_SERVICE"),
        ("status", "1", "a string"),
        ("weight", "-1", "is -1; a weight is 0 to 65535"), ("weight", "65536", "a weight is 0 to 65535"),
        ("weight", "1.5", "a weight is a whole number"), ("weight", "\"1\"", "is a string; it must be a number"),
        ("weight", "1e999", "is out of range"), ("tags", "\"blue\"", "is a string; it must be an array"),
        ("tags[1]", #"["a",2]"#, "is a number; it must be a string"), ("tags[0]", "[null]", "is null"),
        ("tags[0]", #"[""]"#, "is empty"), ("metadata", "[]", "is an array; it must be an object"),
        ("metadata.a", #"{"a":1}"#, "is a number; it must be a string"),
        ("metadata.a.b", #"{"a.b":{}}"#, "is an object"),
        ("locality.zone", #"{"zone":1}"#, "must be a string"),
        ("ports.admin", #"{"admin":0}"#, "is 0; a port is 1 to 65535"),
        ("ports.admin", #"{"admin":"9000"}"#, "must be a number"), ("ports", "[9000]", "must be an object"),
        ("ports.a b (the name)", #"{"a b":1}"#, "a name has only"), ("ttl", "30", "is a number; it must be a string"),
        ("ttl", #""30""#, "it must be a duration such as 10s or 1h30m, or never"), ("ttl", #""0s""#, "it is 1s to 1d"),
        ("ttl", #""25h""#, "it is 1s to 1d, or never"), ("ttl", #""-1s""#, "must be a duration"),
        ("ttl", #""999999999999999999999s""#, "must be a duration"), ("deregister_after", #""31d""#, "it is 0s to 30d"),
        ("deregister_after", #""soon""#, "must be a duration"), ("checks", "{}", "must be an array"),
        ("checks[0].type", "[{}]", "is missing"), ("checks[0].type", #"[{"type":null}]"#, "is missing"),
        ("checks[0].type", #"[{"type":"udp"}]"#, "it must be ttl, http, tcp or grpc"),
        ("checks[1].interval", #"[{"type":"tcp"},{"type":"ttl","interval":"x"}]"#, "must be a duration"),
        ("checks[0].interval", #"[{"type":"ttl","interval":"1ms"}]"#, "it is 1s to 1d"),
        ("checks[1].name", #"[{"type":"ttl"},{"type":"ttl"}]"#, "names differ"),
        ("checks[0].port", #"[{"type":"tcp","port":70000}]"#, "is 70000; a port is"), ("incarnation", "-1", "is -1"),
        ("incarnation", "9007199254740992", "an incarnation is 0 to 9007199254740991"),
        ("incarnation", "\"1\"", "a number"),
        ("incarnation", "1.5", "whole number"), ("namespace", #""other""#, "a"),
    ])
    func anInstanceFieldAtFault(path: String, value: String, message: String) throws {
        let field = path.prefix { $0 != "." && $0 != "[" }
        let decoded = try self.decode(
            #"{"service":{"name":"pay","namespace":"n"},"instance":{"host":"h","port":1,"\#(field)":\#(value)}}"#)
        #expect(decoded.value == nil)
        #expect(decoded.errors.map(\.field) == ["instance.\(path)"])
        #expect(decoded.errors.first?.message.contains(message) == true, "\(decoded.errors)")
    }

    @Test(arguments: [
        (#"{}"#, ["service", "instance"]),
        (#"{"service":{},"instance":{}}"#, ["service.name", "instance.host", "instance.port"]),
        (#"{"service":null,"instance":null}"#, ["service", "instance"]),
        (#"{"service":"pay","instance":7}"#, ["service", "instance"]),
        (
            #"{"service":{"name":null},"instance":{"host":null,"port":null}}"#,
            ["service.name", "instance.host", "instance.port"]
        ),
        (
            #"{"service":{"name":7},"instance":{"host":7,"port":"7"}}"#,
            ["service.name", "instance.host", "instance.port"]
        ),
        (
            #"{"service":{"name":""},"instance":{"host":"","port":0}}"#,
            ["service.name", "instance.host", "instance.port"]
        ),
        (
            #"{"service":{"name":"../x"},"instance":{"host":"a b","port":1e9}}"#,
            ["service.name", "instance.host", "instance.port"]
        ),
        (
            #"{"service":{"name":"p","type":1,"metadata":3,"namespace":[]},"instance":{"host":"h","port":1},"metadata":"x"}"#,
            ["metadata", "service.metadata", "service.namespace", "service.type"]
        ),
        (#"[]"#, ["body"]), (#"null"#, ["body"]), (#""x""#, ["body"]), (#"17"#, ["body"]),
    ])
    func whatMustBeThere(text: String, fields: [String]) throws {
        let decoded = try self.decode(text)
        #expect(decoded.value == nil)
        #expect(
            Set(decoded.errors.map(\.field)) == Set(fields) && decoded.errors.count == fields.count, "\(decoded.errors)"
        )
        #expect(throws: RegistryError.self) { try decoded.get() }
    }

    @Test func everyFaultIsInOneAnswer() throws {
        let decoded = try self.decode(
            #"""
            {"service": {"name": "bad name"}, "instance": {"host": "h", "port": 0, "weight": -1, "ttl": "x", "status": "Y",
             "tags": ["", 1], "ports": {"a": 0}, "checks": [{"type": "z"}], "version": {}}}
            """#)
        #expect(
            Set(decoded.errors.map(\.field)) == [
                "service.name", "instance.port", "instance.weight", "instance.ttl", "instance.status",
                "instance.tags[0]",
                "instance.tags[1]", "instance.ports.a", "instance.checks[0].type", "instance.version",
            ])
    }

    @Test func anAddressThatIsTooLongForAnIDIsSaid() throws {
        let host = String(repeating: String(repeating: "h", count: 49) + ".", count: 5) + "abc"
        let decoded = try self.decode(#"{"service":{"name":"p"},"instance":{"host":"\#(host)","port":65535}}"#)
        #expect(decoded.errors.map(\.field) == ["instance.id"])
    }

    @Test func whatIsTooManyIsSaidOnce() throws {
        let tags = (0..<1_000).map { "\"t\($0)\"" }.joined(separator: ",")
        let pairs = (0..<1_000).map { "\"k\($0)\":\"v\"" }.joined(separator: ",")
        let ports = (0..<1_000).map { "\"p\($0)\":1" }.joined(separator: ",")
        let checks = (0..<1_000).map { "{\"type\":\"ttl\",\"name\":\"c\($0)\"}" }.joined(separator: ",")
        let decoded = try self.withInstance(
            #""tags":[\#(tags)],"metadata":{\#(pairs)},"ports":{\#(ports)},"checks":[\#(checks)]"#)
        #expect(
            decoded.errors.map(\.field) == ["instance.tags", "instance.metadata", "instance.ports", "instance.checks"])
        #expect(decoded.errors.first?.message == "has 1000 entries; at most 64 are allowed")
    }

    @Test func metadataOfBothKindsTogetherHasTheLimit() throws {
        func pairs(_ letter: String) -> String {
            (0..<40).map { "\"\(letter)\($0)\":\"v\"" }.joined(separator: ",")
        }
        let decoded = try self.decode(
            #"{"service":{"name":"p"},"metadata":{\#(pairs("a"))},"instance":{"host":"h","port":1,"metadata":{\#(pairs("b"))}}}"#
        )
        #expect(decoded.errors.map(\.field) == ["instance.metadata"])
        #expect(decoded.errors.first?.message.contains("has 80 pairs") == true)
    }

    @Test func errorsAndTheirTextAreBounded() throws {
        let tags = Array(repeating: "1", count: 5_000).joined(separator: ",")
        let keys = (0..<3_000).map { "\"\(String(repeating: "k", count: 500))\($0)\":1" }.joined(separator: ",")
        let decoded = try self.withInstance(#""tags":[\#(tags)],"locality":{\#(keys)},"zzz":[\#(tags)]"#)
        #expect(decoded.errors.count <= 65)
        #expect(decoded.warnings.count == BodyLimits.warnings)
        #expect(decoded.warnings.allSatisfy { $0.utf8.count < 200 })
    }

    // MARK: What belongs together

    @Test(
        arguments: [
            (nil, #""name":"p""#, "default", []), ("q", #""name":"p""#, "q", []),
            ("q", #""name":"p","namespace":"q""#, "q", []),
            (nil, #""name":"p","namespace":"own""#, "own", []),
            ("q", #""name":"p","namespace":"own""#, nil, ["service.namespace"]),
            (nil, #""name":"p","namespace":"*""#, nil, ["service.namespace"]),
            (nil, #""name":"p","namespace":"""#, nil, ["service.namespace"]),
        ] as [(String?, String, String?, [String])])
    func namespaces(query: String?, service: String, expected: String?, faults: [String]) throws {
        let decoded = try self.decode(
            #"{"service":{\#(service)},"instance":{"host":"h","port":1}}"#, namespace: query)
        #expect(decoded.value?.service.namespace == expected)
        #expect(decoded.errors.map(\.field) == faults)
    }

    @Test func theInstanceMayNameItsNamespaceToo() throws {
        #expect(try self.withInstance(#""namespace":"n""#).value?.service.namespace == "n")
    }

    @Test(
        arguments: [
            (nil, nil, "", false), ("1", nil, "1", false), (nil, "2", "2", false), ("1", "1", "1", false),
            ("1", "2", nil, true),
            ("1", "", nil, true),
        ] as [(String?, String?, String?, Bool)])
    func versions(service: String?, instance: String?, expected: String?, isFault: Bool) throws {
        let first = service.map { #","version":"\#($0)""# } ?? ""
        let second = instance.map { #","version":"\#($0)""# } ?? ""
        let decoded = try self.decode(
            #"{"service":{"name":"p"\#(first)},"instance":{"host":"h","port":1\#(second)}}"#)
        #expect(decoded.value?.spec.version == expected)
        #expect(decoded.errors.map(\.field) == (isFault ? ["instance.version"] : []))
    }

    @Test func timeToLiveMayBeNever() throws {
        #expect(try self.withInstance(#""ttl":"never""#).value?.spec.ttl == .never)
        #expect(try self.withInstance(#""ttl":"1h30m""#).value?.spec.ttl == .after(.minutes(90)))
    }

    @Test func ofEqualKeysTheLastCounts() throws {
        let decoded = try self.withInstance(
            #""port":2,"tags":["a"],"tags":["b"],"metadata":{"k":"1","k":"2"},"ports":{"x":1,"x":2}"#)
        #expect(decoded.value?.spec.port == 2)
        #expect(decoded.value?.spec.tags == ["b"])
        #expect(decoded.value?.spec.metadata == ["k": "2"])
        #expect(decoded.value?.spec.ports == [NamedPort(name: "x", port: 2)])
    }

    @Test func unknownFieldsAreListedByPath() throws {
        let decoded = try self.decode(
            #"""
            {"service": {"name": "p", "color": 1}, "extra": {"deep": [1, {"x": null}]}, "instance": {"host": "h", "port": 1,
             "Port": 2, "locality": {"zone": "z", "rack": 4}, "checks": [{"type": "ttl", "path": "/", "every": "1s"}]}}
            """#)
        #expect(
            Set(decoded.warnings) == [
                "service.color", "extra", "instance.Port", "instance.locality.rack", "instance.checks[0].every",
                "instance.checks[0].path",
            ])
        #expect(decoded.value?.spec.port == 1)
    }

    @Test(arguments: [
        "", "{", "{}}", #"{"service":{"name":"p"},"instance":{"host":"h","port":1},}"#, "{\"service\":\"\u{1}\"}",
    ])
    func whatIsNotJSONIsMalformed(text: String) {
        let error = #expect(throws: JSONError.self) { try self.decode(text) }
        #expect(error.map { RegistryError($0).code } == .malformed)
    }

    @Test func theNamespaceMayStandBesideTheService() throws {
        let instance = #""service":{"name":"p"},"instance":{"host":"h","port":1}"#
        #expect(try self.decode("{\"namespace\":\"shop\",\(instance)}").value?.service.namespace == "shop")
        #expect(try self.decode("{\"namespace\":\"shop\",\(instance)}", namespace: "q").value == nil)
        let both = #"{"namespace":"a","service":{"name":"p","namespace":"b"},"instance":{"host":"h","port":1}}"#
        #expect(try self.decode(both).errors.map(\.field) == ["namespace"])
    }

    @Test func neverIsAtOddsWithACheckOfHeartbeats() throws {
        let decoded = try self.decode(
            #"{"service":{"name":"p"},"instance":{"host":"h","port":1,"ttl":"never","checks":[{"type":"ttl"}]}}"#)
        #expect(decoded.errors.map(\.field) == ["instance.ttl"])
    }
}
