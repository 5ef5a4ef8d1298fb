import RegistryModel
import Testing

struct HealthReportTests {
    private static func fields(_ report: HealthReport) -> [String] { report.validate().map(\.field) }

    @Test func aMereRenewalIsSound() {
        #expect(Self.fields(HealthReport()) == [])
        #expect(!HealthReport().hasObservations)
        #expect(!HealthReport(status: .down, check: "c", incarnation: 1).hasObservations)
    }

    @Test func observationsAreWhatIsKept() {
        #expect(HealthReport(details: HealthDetails()).hasObservations)
        #expect(HealthReport(load: LoadReport()).hasObservations)
        #expect(HealthReport(metadata: [:]).hasObservations)
    }

    @Test func theLargestIsSound() {
        let details = HealthDetails(
            cpu: 1, memory: 0, disk: 0.5,
            network: NetworkUse(receivedBytes: Limits.largestInteger, sentBytes: 0, errors: 1),
            errors: Array(repeating: String(repeating: "e", count: 1_024), count: 32))
        let load = LoadReport(requests: Limits.largestInteger, errors: 0, latency: 1e9, cpu: 1, memory: 1)
        let report = HealthReport(
            status: .down, check: "ttl", details: details, load: load, metadata: ["a": "b"],
            incarnation: Limits.largestInteger)
        #expect(Self.fields(report) == [])
    }

    @Test func everyFieldAtFaultIsNamedAtOnce() {
        let details = HealthDetails(
            cpu: 1.01, memory: -0.01, disk: .nan, network: NetworkUse(receivedBytes: -1, sentBytes: .max, errors: -1),
            errors: ["", String(repeating: "e", count: 1_025)])
        let load = LoadReport(requests: -1, errors: .min, latency: -1, cpu: .infinity, memory: 2)
        let report = HealthReport(
            status: .unknown, check: "a b", details: details, load: load, metadata: ["": ""], incarnation: -1)
        #expect(
            Self.fields(report) == [
                "status", "check", "incarnation", "metadata. (the key)", "details.cpu", "details.memory",
                "details.disk", "details.network.rx_bytes", "details.network.tx_bytes", "details.network.errors",
                "details.errors[1]", "load.requests", "load.errors", "load.cpu", "load.memory", "load.latency",
            ])
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -0.5])
    func latencyIsANumberOfMilliseconds(latency: Double) {
        #expect(Self.fields(HealthReport(load: LoadReport(latency: latency))) == ["load.latency"])
    }

    @Test func longListsAreOneFault() {
        #expect(
            Self.fields(HealthReport(details: HealthDetails(errors: Array(repeating: "e", count: 33)))) == [
                "details.errors"
            ])
    }
}
