import RollcallClient
import Testing

@testable import rollcall

@Suite("Checks on the command line")
struct CheckArgumentTests {
    @Test(arguments: [
        ("http", HealthCheck(name: "http", kind: .http)),
        ("tcp:5432", HealthCheck(name: "tcp", kind: .tcp, probe: .init(port: 5432))),
        (
            "http:/ready?a=b,interval=5s,timeout=1s,name=web",
            HealthCheck(
                name: "web", kind: .http, interval: .seconds(5),
                probe: .init(timeout: .seconds(1), path: "/ready?a=b"))
        ),
        (
            "grpc:shop.Payments,tls,server_name=shop,start_period=1m,successes_before_up=2,failures_before_down=4",
            HealthCheck(
                name: "grpc", kind: .grpc,
                probe: .init(
                    failuresBeforeDown: 4, successesBeforeUp: 2, startPeriod: .minutes(1), usesTLS: true,
                    serverName: "shop", service: "shop.Payments"))
        ),
        (
            "http,method=HEAD,expected_status=204,body_contains=a=b,port=81",
            HealthCheck(
                name: "http", kind: .http,
                probe: .init(port: 81, method: "HEAD", expectedStatus: "204", bodyContains: "a=b"))
        ),
        ("ttl,interval=20s", HealthCheck(name: "ttl", kind: .ttl, interval: .seconds(20))),
    ])
    func reads(_ text: String, _ check: HealthCheck) {
        #expect(CheckArgument(argument: text)?.check == check)
    }

    @Test(arguments: [
        "", "icmp", "http,interval", "http,interval=soon", "http,colour=blue", "tcp:0", "tcp:http", "tcp,path=/a",
        "tcp,tls", "grpc,method=GET", "ttl:/a", "ttl,timeout=1s", "http,=x", "http,", "tcp,server_name=a",
    ])
    func refuses(_ text: String) { #expect(CheckArgument(argument: text) == nil) }
}
