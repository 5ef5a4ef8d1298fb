import AsyncHTTPClient
import NIOCore
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// The canary of a real server: its figures, and that it keeps to its own namespace.
@Suite(.timeLimit(.minutes(2)))
struct CanaryTests {
    @Test func itMeasuresAndDisturbsNobody() async throws {
        try await LiveServer.run(flags: ["--monitoring-canary-interval", "1s"]) { server in
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                try await eventually("three rounds are measured", within: .seconds(90)) {
                    let response = try await http.get(
                        url: "http://\(server.metricsAddress)/metrics", deadline: .now() + .seconds(30)
                    ).get()
                    let text = String(buffer: response.body ?? ByteBuffer())
                    return ["register", "seen", "expired"].allSatisfy { Self.count(of: $0, in: text) >= 3 }
                }
                try await http.shutdown()
            } catch {
                try await http.shutdown()
                throw error
            }
            try await server.withClient { client in
                #expect(try await client.services().value.elements.isEmpty)
                #expect(try await client.history().value.elements.isEmpty)
                let own = client.inNamespace("rollcall")
                #expect(try await own.services().value.elements.map(\.service.key.name) == ["canary"])
                let causes = try await own.history(HistoryQuery(order: .ascending)).value.elements.map(\.cause)
                #expect(Array(causes.prefix(3)) == ["register", "expire", "deregister"])
            }
            // How long a step took is a matter of this machine; that one failed is not.
            let faults = server.program.errors.text.split(separator: "\n").filter {
                $0.contains("canary found a fault")
            }
            #expect(faults.allSatisfy { $0.contains("it took ") }, "\(faults)")
        }
    }

    /// 0 where the figure is missing or no number.
    private static func count(of step: String, in text: String) -> Int {
        let name = "rollcall_canary_seconds_count{step=\"\(step)\"} "
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.utf8.count)) } ?? 0
    }
}
