import RegistryModel
import Testing

@testable import RollcallServer

@Suite struct BindPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "localhost",
        "LocalHost",
    ])
    func loopback(host: String) {
        #expect(BindPolicy.isLoopback(host))
    }

    @Test(arguments: [
        "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "12.7.0.0", "::2", "::ffff:10.0.0.1", "fe80::1", "127.example.org",
        "127.1", "localhost.example.org", "registry", "", "2130706433",
    ])
    func notLoopback(host: String) {
        #expect(!BindPolicy.isLoopback(host))
    }

    @Test func namesEveryListenerThatOthersCanReach() {
        var configuration = ServerConfiguration()
        #expect(BindPolicy.faults(in: configuration, allowsInsecure: false).isEmpty)
        configuration.server.host = "0.0.0.0"
        configuration.monitoring.metricsHost = "::"
        let faults = BindPolicy.faults(in: configuration, allowsInsecure: false)
        #expect(faults.map(\.field) == ["server.host", "monitoring.metrics_host"])
        #expect(faults.allSatisfy { $0.message.contains("--insecure") })
        #expect(BindPolicy.isOpen(configuration))
        #expect(!BindPolicy.isOpen(ServerConfiguration()))
    }

    @Test func insecureAllowsAnyAddress() {
        var configuration = ServerConfiguration()
        configuration.server.host = "0.0.0.0"
        #expect(BindPolicy.faults(in: configuration, allowsInsecure: true).isEmpty)
    }
}
