import RegistryHealth
import RegistryModel
import RegistryTestKit
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("Checks over a socket")
struct CheckTests {
    /// Reports as a test sets them.
    private final class FixedReports: CheckReports {
        let reports: [CheckReport]

        init(_ reports: [CheckReport]) { self.reports = reports }

        func checks(of number: Int64) -> [CheckReport] { self.reports }

        var figures: ProbeFigures {
            var figures = ProbeFigures()
            (figures.instances, figures.running, figures.done) = (3, 2, 9)
            (figures.failed, figures.void, figures.skipped) = (4, 1, 5)
            return figures
        }
    }

    private static let path = "/v1/services/payments/instances/127.0.0.11:8080"

    @Test func whatIsRegisteredIsAnswered() async throws {
        try await TestServer.run { server in
            let check = """
                {"name": "web", "type": "http", "interval": "5s", "timeout": "1s", "failures_before_down": 2,
                 "successes_before_up": 3, "start_period": "1m", "port": 81, "path": "/ready", "method": "HEAD",
                 "headers": {"X-Key": "a"}, "expected_status": "200,204", "body_contains": "ok", "tls": true,
                 "server_name": "shop.example"}
                """
            let reply = try await server.register(more: "\"checks\": [\(check)], \"warm_up\": \"30s\"")
            let answered = reply.json["instance"]["checks"][0]
            #expect(answered["timeout"].string == "1s")
            #expect(answered["failures_before_down"].int == 2)
            #expect(answered["headers"]["X-Key"].string == "***")
            #expect(answered["tls"].value as? Bool == true)
            #expect(answered["expected_status"].string == "200,204")
            #expect(reply.json["instance"]["warm_up"].string == "30s")
            #expect(reply.json["instance"]["health"].string == "UNKNOWN")
            #expect(try await server.discovered().isEmpty, "not discovered until the first pass")
            let patched = try await server.request(
                "PATCH", Self.path, body: #"{"warm_up": null, "checks": [{"type": "tcp"}]}"#,
                headers: [("Content-Type", "application/merge-patch+json")])
            #expect(patched.status == 200)
            #expect(patched.json["instance"]["warm_up"].string == nil)
            #expect(patched.json["instance"]["checks"][0]["type"].string == "tcp")
        }
    }

    @Test func aRequestCannotBeSmuggledIntoACheck() async throws {
        try await TestServer.run { server in
            for check in [
                #"{"type": "http", "path": "/ HTTP/1.1\r\nX: y"}"#, #"{"type": "http", "method": "GET /x"}"#,
                #"{"type": "http", "headers": {"A": "b\r\n\r\nGET / HTTP/1.1"}}"#,
                #"{"type": "http", "headers": {"Content-Length": "9"}}"#,
            ] {
                let body = """
                    {"service": {"name": "a"}, "instance": {"host": "127.0.0.1", "port": 1, "checks": [\(check)]}}
                    """
                let reply = try await server.request("POST", "/v1/instances", body: body)
                #expect(reply.status == 422, "\(check)")
                #expect(reply.fields.allSatisfy { $0.hasPrefix("instance.checks[0].") })
            }
        }
    }

    @Test func healthShowsEveryCheck() async throws {
        let reports = FixedReports([
            CheckReport(
                name: "web", kind: .http, status: .down, since: Sample.time, lastCheck: Sample.time,
                detail: "connection refused", failures: 4),
            CheckReport(name: "db", kind: .tcp, status: .unknown),
        ])
        let showing: (inout TestServer.Options) -> Void = { $0.checks = reports }
        try await TestServer.run(showing) { server in
            try await server.register(more: #""ttl": "10s", "checks": [{"type": "http"}, {"type": "tcp"}]"#)
            _ = try await server.request("PUT", Self.path + "/health", body: "{}")
            let reply = try await server.get(Self.path + "/health")
            let checks = reply.json["checks"].array
            #expect(checks.map { $0["name"].string } == ["ttl", "web", "db"])
            #expect(checks.map { $0["status"].string } == ["UP", "DOWN", "UNKNOWN"])
            #expect(checks[0]["last_check"].string != nil)
            #expect(checks[0]["failures"].int == nil)
            #expect(checks[1]["failures"].int == 4)
            #expect(checks[1]["successes"].int == 0)
            #expect(checks[1]["detail"].string == "connection refused")
            #expect(checks[1]["since"].string == "2026-03-01T12:00:00.000Z")
            #expect(checks[2]["last_check"].string == nil)
            #expect(reply.json["suspect"].value as? Bool == nil, "only when it is so")
            #expect(reply.json["last_check"] == checks[0]["last_check"], "the latest of them")
            let service = try await server.get("/v1/services/payments/health")
            #expect(service.json["instances"][0]["checks"].array.count == 3)
            #expect(service.json["status"]["health"].string == "UNKNOWN")
            #expect(service.json["status"]["last_check"] == reply.json["last_check"])
        }
    }

    @Test func theFiguresOfProbesAreMetrics() async throws {
        let showing: (inout TestServer.Options) -> Void = { $0.checks = FixedReports([]) }
        try await TestServer.run(showing) { server in
            let text = try await Connection.open(port: server.metricsPort) { connection in
                try await connection.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                return try await connection.reply().text
            }
            for line in [
                "rollcall_probed_instances 3", "rollcall_probes_running 2", "rollcall_probes_skipped_total 5",
                #"rollcall_probes_total{result="passed"} 4"#, #"rollcall_probes_total{result="failed"} 4"#,
                #"rollcall_probes_total{result="void"} 1"#,
            ] {
                #expect(text.contains(line + "\n"))
            }
        }
    }

    @Test func checksThatWereNotMadeYetAreUnknown() async throws {
        try await TestServer.run { server in
            try await server.register(more: #""checks": [{"name": "web", "type": "http"}]"#)
            let checks = try await server.get(Self.path + "/health").json["checks"].array
            #expect(checks.map { $0["name"].string } == ["web"])
            #expect(checks.map { $0["status"].string } == ["UNKNOWN"])
        }
    }

    @Test func theOwnersCheckSaysWhyItIsDown() async throws {
        try await TestServer.run { server in
            try await server.register(more: #""checks": [{"name": "beat", "type": "ttl", "interval": "20s"}]"#)
            _ = try await server.request("PUT", Self.path + "/health", body: #"{"status": "DOWN", "check": "beat"}"#)
            let check = try await server.get(Self.path + "/health").json["checks"][0]
            #expect(check["name"].string == "beat")
            #expect(check["status"].string == "DOWN")
            #expect(check["detail"].string == "its owner reports it DOWN")
            #expect(check["since"].string != nil)
        }
    }

    @Test func whoIsShortOfResourcesIsDownForIt() async throws {
        try await TestServer.run { server in
            try await server.register()
            let body = #"{"details": {"cpu": 0.2, "memory": 0.97}}"#
            #expect(
                try await server.request("PUT", Self.path + "/health", body: body).json["status"].string == "UP")
            let second = try await server.request("PUT", Self.path + "/health", body: body)
            #expect(second.status == 200, "it goes on being renewed")
            #expect(second.json["status"].string == "DOWN")
            #expect(second.json["cause"].string == "resource")
            #expect(second.json["error"].string == "It is short of resources: memory is at 97 %, above 90 %.")
            #expect(try await server.discovered().isEmpty)
            for _ in 0..<2 {
                _ = try await server.request("PUT", Self.path + "/health", body: #"{"details": {"memory": 0.5}}"#)
            }
            #expect(try await server.discovered().count == 1)
            let history = try await server.get("/v1/history?cause=resource&order=asc")
            #expect(history.json["records"].array.map { $0["health"].string } == ["DOWN", "UP"])
        }
    }

    @Test func startingEndsWithAReportOfItsOwner() async throws {
        try await TestServer.run { server in
            try await server.register(more: #""status": "STARTING""#)
            #expect(try await server.discovered().isEmpty)
            _ = try await server.request("PUT", Self.path + "/health", body: "{}")
            #expect(try await server.discovered().isEmpty, "a mere renewal does not say so")
            _ = try await server.request("PUT", Self.path + "/health", body: #"{"status": "UP"}"#)
            #expect(try await server.discovered().count == 1)
        }
    }

    @Test func selectShowsHowMuchOfItsWeightAWarmingInstanceHas() async throws {
        let warming: (inout TestServer.Options) -> Void = { $0.configuration.warmUp = .hours(1) }
        try await TestServer.run(warming) { server in
            try await server.register(more: #""weight": 50"#)
            let cold = try await server.get("/v1/services/payments/select")
            #expect(cold.json["effective_weight"].value as? Double == 5)
            #expect(cold.json["reason"].string?.hasSuffix("counts with 10 % of its weight.") == true)
            try await server.register(more: #""weight": 50, "warm_up": "0s""#)
            let warm = try await server.get("/v1/services/payments/select")
            #expect(warm.json["effective_weight"].value as? Double == 50)
            #expect(warm.json["reason"].string?.contains("warm") == false)
            let none = try await server.get("/v1/services/payments/select?tag=none")
            #expect(none.json["effective_weight"].value as? Double == nil)
        }
    }
}
