import RegistryJSON
import RegistryModel
import Testing

@Suite struct HealthReportBodyTests {
    private func decode(_ text: String) throws -> Decoded<HealthReport> {
        try RequestBody.healthReport(Array(text.utf8).span)
    }

    @Test(arguments: ["", "{}", #"{"status": null, "details": null, "load": null, "metadata": null}"#])
    func aMereRenewal(text: String) throws {
        #expect(try self.decode(text).value == HealthReport())
    }

    @Test func everyField() throws {
        let decoded = try self.decode(
            #"""
            {"status": "down", "check": "beat", "incarnation": 3, "metadata": {"build": "7"},
             "details": {"cpu": 0.25, "memory": 1, "disk": 0.125, "errors": ["disk is slow"],
                         "network": {"rx_bytes": 1, "tx_bytes": 2, "errors": 3}},
             "load": {"requests": 10, "errors": 1, "latency": 12.5, "cpu": 0.5, "memory": 0.75}}
            """#)
        #expect(
            decoded.value
                == HealthReport(
                    status: .down, check: "beat", details: Samples.details, load: Samples.load,
                    metadata: ["build": "7"],
                    incarnation: 3))
    }

    @Test(
        arguments: [
            (#"{"status": "UNKNOWN"}"#, "status", "is \"UNKNOWN\"; it must be UP or DOWN"),
            (#"{"status": "WARN"}"#, "status", "UP or DOWN"),
            (#"{"check": 1}"#, "check", "a string"), (#"{"details": []}"#, "details", "an object"),
            (#"{"details": {"cpu": 1.5}}"#, "details.cpu", "0 to 1"),
            (#"{"details": {"cpu": "1"}}"#, "details.cpu", "a number"),
            (#"{"details": {"memory": -0.1}}"#, "details.memory", "0 to 1"),
            (#"{"details": {"disk": 1e999}}"#, "details.disk", "out of range"),
            (#"{"details": {"network": {"rx_bytes": -1}}}"#, "details.network.rx_bytes", "is -1"),
            (#"{"details": {"network": {"tx_bytes": 1.5}}}"#, "details.network.tx_bytes", "whole number"),
            (#"{"details": {"errors": [1]}}"#, "details.errors[0]", "a string"),
            (#"{"details": {"errors": [""]}}"#, nil, ""),
            (#"{"load": {"requests": 1e300}}"#, "load.requests", "whole number"),
            (#"{"load": {"requests": -1}}"#, "load.requests", "is -1"),
            (#"{"load": {"latency": -1}}"#, "load.latency", "0 or more"),
            (#"{"load": {"cpu": 2}}"#, "load.cpu", "0 to 1"), (#"{"load": 1}"#, "load", "an object"),
            (#"{"metadata": {"a": true}}"#, "metadata.a", "a string"),
            (#"{"incarnation": 1.5}"#, "incarnation", "whole number"),
            (#""UP""#, "body", "an object"),
        ] as [(String, String?, String)])
    func aFieldAtFault(text: String, field: String?, message: String) throws {
        let decoded = try self.decode(text)
        #expect(decoded.errors.map(\.field) == (field.map { [$0] } ?? []))
        #expect((decoded.value == nil) == (field != nil))
        #expect(field == nil || decoded.errors.first?.message.contains(message) == true, "\(decoded.errors)")
    }

    @Test func unknownFieldsAreListed() throws {
        #expect(try self.decode(#"{"output": "ok", "details": {"gpu": 1}}"#).warnings == ["output", "details.gpu"])
    }

    @Test func spaceIsNoBody() { #expect(throws: JSONError.self) { try self.decode(" ") } }
}
