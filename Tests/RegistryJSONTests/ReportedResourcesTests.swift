import RegistryJSON
import RegistryModel
import Testing

struct ReportedResourcesTests {
    private func read(_ text: String) -> HealthDetails? {
        Array(text.utf8).withUnsafeBufferPointer { ReportedResources.read($0) }
    }

    @Test(arguments: [
        "{\"cpu\":0.5,\"memory\":0.25,\"disk\":1}",
        "{\"status\":\"UP\",\"details\":{\"cpu\":0.5,\"memory\":0.25,\"disk\":1}}",
        "{\"resources\":{\"cpu\":0.5,\"memory\":0.25},\"disk\":1,\"other\":[{\"cpu\":0.9}]}",
        "{\"cpu\":5e-1,\"memory\":0.25,\"disk\":1,\"network\":\"fast\",\"errors\":7}",
    ])
    func findsThemWhereverTheyStand(text: String) {
        #expect(self.read(text) == HealthDetails(cpu: 0.5, memory: 0.25, disk: 1))
    }

    @Test func readsNetworkAndErrors() {
        let text =
            "{\"details\":{\"network\":{\"rx_bytes\":1,\"tx_bytes\":2,\"errors\":3},\"errors\":[\"a\",\"\",\"b\"]}}"
        #expect(
            self.read(text)
                == HealthDetails(network: NetworkUse(receivedBytes: 1, sentBytes: 2, errors: 3), errors: ["a", "b"]))
    }

    @Test(arguments: [
        "", "{", "[]", "ok", "{}", "{\"status\":\"UP\"}", "{\"cpu\":\"high\"}", "{\"cpu\":1.5}", "{\"cpu\":-1}",
        "{\"cpu\":0.5} x", "{\"details\":[0.5]}", "{\"cpu\":null}", "{\"errors\":[]}", "{\"components\":{\"cpu\":0.5}}",
    ])
    func findsNothingElse(text: String) { #expect(self.read(text) == nil) }

    @Test func whatIsOutOfRangeIsPassedOver() {
        #expect(self.read("{\"cpu\":55,\"memory\":0.5}") == HealthDetails(memory: 0.5))
        let long = String(repeating: "x", count: 2_000)
        #expect(
            self.read("{\"cpu\":0.5,\"errors\":[\"\(long)\",\"short\"]}") == HealthDetails(cpu: 0.5, errors: ["short"]))
        let many = Array(repeating: "\"e\"", count: 100).joined(separator: ",")
        #expect(self.read("{\"errors\":[\(many)]}")?.errors.count == 32)
    }
}
