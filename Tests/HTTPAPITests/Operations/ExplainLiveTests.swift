import RegistryModel
import RegistryTestKit
import Testing

@testable import RegistryCatalog

/// Explain of a catalogue in which everything came about that keeps an instance from its callers, on a clock turned by hand.
@Suite("Explain over a socket", .timeLimit(.minutes(2)))
struct ExplainLiveTests {
    private static let service = ServiceKey(name: "payments")
    private static let path = "/v1/services/payments"

    private static func register(_ server: TestServer, _ id: String, port: Int, _ more: String) async throws {
        try await server.register(port: port, more: "\"id\": \"\(id)\"" + (more.isEmpty ? "" : ", " + more))
    }

    /// Turns the clock on by one tick of the catalogue, and waits until it has ticked.
    private static func tick(_ clock: ManualClock) async throws {
        try await eventually("the catalogue rests") { clock.isAsleep(for: CatalogSettings.tick) }
        clock.advance(by: CatalogSettings.tick)
        try await eventually("it has ticked") { clock.isAsleep(for: CatalogSettings.tick) }
    }

    private static func bringAbout(_ server: TestServer, _ clock: ManualClock) async throws {
        let forever = #""ttl": "never""#
        try await Self.register(server, "silent", port: 1, #""ttl": "5s", "deregister_after": "1h""#)
        try await Self.register(server, "purged", port: 2, #""ttl": "5s", "deregister_after": "1s""#)
        for (port, id) in ["reported", "short", "overridden", "draining", "left"].enumerated() {
            try await Self.register(server, id, port: 10 + port, forever)
        }
        for id in ["failing", "unchecked"] {
            try await Self.register(server, id, port: 20, #""checks": [{"type": "tcp"}]"#)
        }
        for id in ["shared", "sharing"] { try await Self.register(server, id, port: 30, forever) }
        for (incarnation, id) in ["older", "newer"].enumerated() {
            try await Self.register(server, id, port: 40, "\(forever), \"incarnation\": \(incarnation)")
        }
        for (method, target, body) in [
            ("PUT", "reported/health", #"{"status": "DOWN"}"#), ("PUT", "short/health", #"{"details": {"cpu": 0.99}}"#),
            ("PUT", "short/health", #"{"details": {"cpu": 0.99}}"#),
            ("PUT", "overridden/override", #"{"status": "OUT_OF_SERVICE", "reason": "a disk"}"#),
            ("POST", "draining/drain?wait=0s", ""),
        ] {
            let target = "\(Self.path)/instances/\(target)"
            #expect(try await server.request(method, target, body: body).status == 200, "\(target)")
        }
        #expect(try await server.request("DELETE", "\(Self.path)/instances/left").status == 204)
        let number = try #require(server.catalog.snapshot(of: Self.service)?.instance("failing")?.instance.number)
        let refused = Judgement(.probe, error: "connection refused", detail: "connection refused")
        let results = await server.catalog.judge([
            (InstanceKey(service: Self.service, id: "failing"), number, refused)
        ])
        for result in results { _ = try result.get() }
        // What a tick finds is committed beside it, so that it is not known after which one it is there.
        try await eventually("the one is DOWN and the other is gone") {
            try await Self.tick(clock)
            let now = server.catalog.snapshot(of: Self.service)
            return now?.instance("silent")?.instance.health.state == .down && now?.instance("purged") == nil
        }
    }

    @Test func everyCauseHasItsCode() async throws {
        let clock = ManualClock()
        try await TestServer.run {
            $0.clock = clock
            $0.settings.protects = false
        } _: { server in
            try await Self.bringAbout(server, clock)
            let reply = try await server.get("\(Self.path)/explain")
            let told = reply.json["instances"].array.map {
                ([$0["id"], $0["stage"], $0["code"]] + $0["notes"].array.map { $0["code"] })
                    .map { $0.string ?? "" }.joined(separator: " ")
            }
            #expect(
                told.sorted() == [
                    "draining status draining",
                    "failing health check_failing address_shared",
                    "newer strategy available",
                    "overridden override override_status",
                    "reported health reported_down",
                    "shared strategy available address_shared",
                    "sharing strategy available address_shared",
                    "short health resource_short",
                    "silent health heartbeat_missed",
                    "unchecked health not_checked address_shared",
                ])
            #expect(reply.json["listed"].int == 3)
            let departed = reply.json["departed"].array.map {
                "\($0["instance"].string ?? "") \($0["cause"].string ?? "")"
            }
            #expect(departed == ["purged purge", "left deregister", "older superseded"])
        }
    }
}
