import RegistryModel
import Testing

@Suite("Expected status codes")
struct ExpectedStatusTests {
    @Test(
        arguments: [
            ("200", [200], [199, 201]), ("200-299", [200, 250, 299], [199, 300]),
            ("200-299,301", [204, 301], [300, 302]),
            ("100-599", [100, 599], [99, 600]), ("404,404", [404], [200]), ("500-500", [500], [501]),
        ] as [(String, [Int], [Int])])
    func contains(_ text: String, _ inside: [Int], _ outside: [Int]) throws {
        let expected = try #require(ExpectedStatus(text))
        #expect(inside.allSatisfy(expected.contains))
        #expect(!outside.contains(where: expected.contains))
    }

    @Test(arguments: [
        "", ",", "200,", "2xx", "20", "2000", "099", "600", "299-200", "200-", "-200", "200-300-400", "200 ", "+20",
        "２００", Array(repeating: "200", count: 17).joined(separator: ","),
    ])
    func isNone(_ text: String) { #expect(ExpectedStatus(text) == nil) }

    @Test func theDefaultIsOne() { #expect(ExpectedStatus(HealthCheck.Probe.defaultExpectedStatus) != nil) }
}
