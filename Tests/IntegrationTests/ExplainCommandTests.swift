import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// `rollcall explain`, and checks from `rollcall register` to `rollcall health`, against the real server.
@Suite(.timeLimit(.minutes(3)))
struct ExplainCommandTests {
    @Test func aCheckThatIsRefusedIsShownAndExplained() async throws {
        try await LiveServer.run { server in
            // Nobody listens on it.
            let port = try await FreePort.find()
            let id = "127.0.0.1:\(port)"
            let open = server.address.split(separator: ":").last.map(String.init) ?? ""
            let registered = try await server.rollcall(
                "register", "--service", "web", "--port", String(port), "--check",
                "tcp,interval=1s,failures_before_down=1", "--check", "tcp:\(open),name=open,interval=1s")
            #expect(registered.status == 0, "\(registered.errors)")
            try await eventually("both checks are made") {
                let output = try await server.rollcall("health", "web", id).output
                return output.contains("failed ") && output.contains("passed ")
            }
            let health = try await server.rollcall("health", "web")
            #expect(health.status == 0)
            let rows = health.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(rows.contains { $0.prefix(2) == [id, "DOWN"] }, "\(health.output)")
            #expect(rows.contains { $0.prefix(4) == [id, "tcp", "tcp", "DOWN"] }, "\(health.output)")
            #expect(rows.contains { $0.prefix(4) == [id, "open", "tcp", "UP"] }, "\(health.output)")

            let explained = try await server.rollcall("explain", "web")
            #expect(explained.status == 0)
            let reasons = explained.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(reasons.first?.prefix(4) == ["INSTANCE", "LISTED", "SELECTABLE", "STATUS"])
            #expect(
                reasons.dropFirst().first?.prefix(7) == [id, "no", "no", "UP", "DOWN", "health", "check_failing"],
                "\(explained.output)")
            #expect(explained.output.contains("refused"), "\(explained.output)")
        }
    }

    @Test func whoIsInWhoIsOutAndWhoLeft() async throws {
        try await LiveServer.run { server in
            for port in ["1", "2", "3"] {
                _ = try await server.rollcall("register", "--service", "web", "--port", port, "--ttl", "never")
            }
            _ = try await server.rollcall("override", "set", "web", "127.0.0.1:2", "--status", "OUT_OF_SERVICE")
            #expect(try await server.rollcall("deregister", "web", "127.0.0.1:3").status == 0)
            let all = try await server.rollcall("explain", "web")
            let rows = all.output.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.split(separator: " ").map(String.init) }
            #expect(
                rows.contains { $0.prefix(7) == ["127.0.0.1:1", "yes", "yes", "UP", "UP", "strategy", "available"] })
            #expect(rows.contains { $0.contains("override_status") && $0.prefix(2) == ["127.0.0.1:2", "no"] })
            #expect(rows.contains { $0.first == "LEFT" })
            #expect(rows.contains { $0.first == "127.0.0.1:3" && $0.contains("deregister") }, "\(all.output)")
            let one = try await server.rollcall("explain", "web", "127.0.0.1:2", "--output", "json")
            #expect(one.output.contains(#""listed":1"#) && one.output.contains(#""code":"override_status""#))
            #expect(try await server.rollcall("explain", "nothing").status == 4)
        }
    }
}
