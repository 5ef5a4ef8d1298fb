import RegistryJSON
import RegistryModel
import Testing

@Suite("Checks in bodies")
struct CheckBodyTests {
    private static func decode(_ check: String) throws -> Decoded<Registration> {
        let body = #"{"service":{"name":"pay"},"instance":{"host":"h","port":80,"checks":[\#(check)]}}"#
        return try RequestBody.registration(Array(body.utf8).span, defaultNamespace: nil)
    }

    private static let request =
        #""path":"/a","method":"POST","headers":{"X-A":"b"},"expected_status":"200,300-399","body_contains":"ok""#
    private static let timing =
        #""timeout":"2s","failures_before_down":2,"successes_before_up":3,"start_period":"30s","port":81"#
    private static let security = #""tls":true,"server_name":"shop""#

    @Test(
        "Of every field a check has what fits its type, and is warned of the others",
        arguments: [
            ("ttl", 13), ("tcp", 8), ("http", 1), ("grpc", 5),
        ])
    func fieldsByType(_ type: String, _ idle: Int) throws {
        let text = """
            {"type":"\(type)","interval":"10s",\(Self.timing),\(Self.request),\(Self.security),"service":"shop.Pay"}
            """
        let decoded = try Self.decode(text)
        #expect(decoded.errors.isEmpty)
        #expect(decoded.warnings.count == idle, "\(decoded.warnings)")
        let check = try #require(decoded.value?.spec.checks.first)
        var expected = HealthCheck.Probe()
        if type != "ttl" {
            expected = HealthCheck.Probe(
                timeout: .seconds(2), failuresBeforeDown: 2, successesBeforeUp: 3, startPeriod: .seconds(30), port: 81)
        }
        if type == "http" {
            expected.path = "/a"
            expected.method = "POST"
            expected.headers = ["X-A": "b"]
            expected.expectedStatus = "200,300-399"
            expected.bodyContains = "ok"
        }
        if type == "http" || type == "grpc" {
            expected.usesTLS = true
            expected.serverName = "shop"
        }
        if type == "grpc" { expected.service = "shop.Pay" }
        #expect(check.probe == expected)
        #expect(check.interval == .seconds(10))
    }

    @Test func theTypeMayStandAtTheEnd() throws {
        let decoded = try Self.decode(#"{"path":"/a","service":"x","type":"http"}"#)
        #expect(decoded.value?.spec.checks.first?.probe == HealthCheck.Probe(path: "/a"))
        #expect(decoded.warnings == ["instance.checks[0].service"])
    }

    @Test func nullIsAbsent() throws {
        let decoded = try Self.decode(
            #"""
            {"type":"http","name":null,"interval":null,"timeout":null,"failures_before_down":null,
             "successes_before_up":null,"start_period":null,"port":null,"path":null,"method":null,"headers":null,
             "expected_status":null,"body_contains":null,"tls":null,"server_name":null}
            """#)
        #expect(decoded.value?.spec.checks == [HealthCheck(name: "http", kind: .http)])
        #expect(decoded.warnings.isEmpty)
    }

    @Test(
        "Faults are named",
        arguments: [
            (#""type":"http","path":"health""#, "path"), (#""type":"http","path":"""#, "path"),
            (#""type":"http","path":"/a b""#, "path"), (#""type":"http","path":"/a\r\nX: y""#, "path"),
            (#""type":"http","path":"/é""#, "path"), (#""type":"http","path":"/a#b""#, "path"),
            (#""type":"http","method":"GE T""#, "method"), (#""type":"http","method":"GET\r""#, "method"),
            (#""type":"http","method":"""#, "method"), (#""type":"http","method":"connect""#, "method"),
            (#""type":"http","headers":{"A":"b\r\nC: d"}"#, "headers.A"),
            (#""type":"http","headers":{"A":"\u0000"}"#, "headers.A"),
            (#""type":"http","headers":{"A":"***"}"#, "headers.A"),
            (#""type":"http","headers":{"A B":"c"}"#, "headers.A B (the name)"),
            (#""type":"http","headers":{"A:":"c"}"#, "headers.A: (the name)"),
            (#""type":"http","headers":{"":"c"}"#, "headers. (the name)"),
            (#""type":"http","headers":{"content-length":"5"}"#, "headers.content-length"),
            (#""type":"http","headers":{"Transfer-Encoding":"chunked"}"#, "headers.Transfer-Encoding"),
            (#""type":"http","expected_status":"""#, "expected_status"),
            (#""type":"http","expected_status":"2xx""#, "expected_status"),
            (#""type":"http","expected_status":"300-200""#, "expected_status"),
            (#""type":"http","server_name":"a b""#, "server_name"), (#""type":"http","tls":1"#, "tls"),
            (#""type":"http","timeout":"9ms""#, "timeout"), (#""type":"http","timeout":"61m""#, "timeout"),
            (#""type":"http","interval":"1s","timeout":"2s""#, "timeout"),
            (#""type":"http","interval":"99ms""#, "interval"), (#""type":"tcp","interval":"61m""#, "interval"),
            (#""type":"tcp","start_period":"61m""#, "start_period"),
            (#""type":"tcp","failures_before_down":0"#, "failures_before_down"),
            (#""type":"tcp","successes_before_up":101"#, "successes_before_up"), (#""type":"tcp","port":0"#, "port"),
            (#""type":"ttl","path":1"#, "path"), (#""type":"icmp""#, "type"), (#""path":"/""#, "type"),
        ])
    func faults(_ fields: String, _ field: String) throws {
        let decoded = try Self.decode("{\(fields)}")
        #expect(decoded.errors.map(\.field) == ["instance.checks[0].\(field)"], "\(decoded.errors)")
        #expect(decoded.value == nil)
    }

    @Test(
        "What a type does not have is not held against limits",
        arguments: [
            #""type":"tcp","path":"nothing","method":"G T","expected_status":"x","server_name":"a b""#,
            #""type":"ttl","timeout":"1ms","interval":"10s""#,
        ])
    func idleFields(_ fields: String) throws {
        #expect(try Self.decode("{\(fields)}").errors.isEmpty)
    }

    @Test func manyChecksAndHeadersAreBounded() throws {
        let headers = (0..<17).map { "\"h\($0)\":\"v\"" }.joined(separator: ",")
        let decoded = try Self.decode("{\"type\":\"http\",\"headers\":{\(headers)}}")
        #expect(decoded.errors.map(\.field) == ["instance.checks[0].headers"])
    }

    @Test(
        "A warm-up of an instance",
        arguments: [
            (#""0s""#, true), (#""1h""#, true), (#""1h1ms""#, false), (#""soon""#, false), ("5", false),
        ])
    func warmUp(_ text: String, _ isSound: Bool) throws {
        let body = #"{"service":{"name":"pay"},"instance":{"host":"h","port":80,"warm_up":\#(text)}}"#
        let decoded = try RequestBody.registration(Array(body.utf8).span, defaultNamespace: nil)
        #expect(decoded.errors.map(\.field) == (isSound ? [] : ["instance.warm_up"]))
        let patch = try RequestBody.instancePatch(Array("{\"warm_up\":\(text)}".utf8).span)
        #expect(patch.errors.map(\.field) == (isSound ? [] : ["warm_up"]))
    }

    @Test func aPatchSetsOrClearsTheWarmUp() throws {
        let set = try RequestBody.instancePatch(Array(#"{"warm_up":"30s"}"#.utf8).span)
        #expect(set.value?.warmUp == .some(.seconds(30)))
        let cleared = try RequestBody.instancePatch(Array(#"{"warm_up":null}"#.utf8).span)
        #expect(cleared.value?.warmUp == .some(nil))
    }
}
