import RegistryCatalog
import RegistryHealth
import RegistryModel
import Testing

@testable import RollcallServer

@Suite("health.* reaches the parts that it is for")
struct HealthSettingsTests {
    private static func configuration(_ arguments: String...) throws -> ServerConfiguration {
        let loaded = try ServerConfiguration.load(arguments: arguments, environment: [:])
        return try loaded.checked(within: OpenFileLimit(count: 20_000))
    }

    @Test func thresholdsAreThatOfMonitoringUnlessTheySayOtherwise() throws {
        let plain = CatalogSettings(try Self.configuration())
        #expect(plain.thresholds == ResourceThresholds(cpu: 0.9, memory: 0.9, disk: 0.9))
        let mixed = CatalogSettings(
            try Self.configuration("--monitoring-alert-threshold=0.7", "--health-thresholds-disk=0.95"))
        #expect(mixed.thresholds == ResourceThresholds(cpu: 0.7, memory: 0.7, disk: 0.95))
    }

    @Test(arguments: [("", nil), ("http", .http), ("tcp", .tcp), ("grpc", .grpc)] as [(String, HealthCheck.Kind?)])
    func theDefaultCheckIsMade(_ text: String, _ kind: HealthCheck.Kind?) throws {
        let configuration = try Self.configuration("--health-default-check=\(text)")
        #expect(CatalogSettings(configuration).defaultCheck == kind)
    }

    @Test func probesAreMadeAsOftenAndAsLongAsIsSaid() throws {
        #expect(ProbeSettings(try Self.configuration()) == ProbeSettings())
        let settings = ProbeSettings(
            try Self.configuration(
                "--health-interval=2s", "--health-timeout=1s", "--health-retries=5", "--health-max-concurrent=7"))
        #expect(settings.defaults == CheckDefaults(interval: .seconds(2), timeout: .seconds(1), retries: 5))
        #expect(settings.maximumConcurrent == 7)
    }

    @Test func noMoreProbesAreStartedThanThereAreConnectionsFor() throws {
        #expect(ProbeSettings(try Self.configuration("--health-max-connections=33")).maximumConcurrent == 33)
        let loaded = try ServerConfiguration.load(arguments: [], environment: [:])
        let few = try loaded.checked(within: OpenFileLimit(count: 512))
        #expect(ProbeSettings(few).maximumConcurrent == few.health.maxConnections)
        #expect(few.health.maxConnections < 1_000)
    }
}
