import AsyncHTTPClient
import NIOCore
import RollcallClient
import Testing

/// The canary of a real server: its figures, and that it keeps to its own namespace.
@Suite(.timeLimit(.minutes(2)))
struct CanaryTests {
    @Test func itMeasuresAndDisturbsNobody() async throws {
        try await LiveServer.run(flags: ["--monitoring-canary-interval", "1s"]) { server in
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                try await eventually("three rounds are measured") {
                    let response = try await http.get(
                        url: "http://\(server.metricsAddress)/metrics", deadline: .now() + .seconds(30)
                    ).get()
                    let text = String(buffer: response.body ?? ByteBuffer())
                    return ["register", "seen", "expired"].allSatisfy { step in
                        text.contains("rollcall_canary_seconds_count{step=\"\(step)\"} 3\n")
                    }
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
            #expect(!server.program.errors.text.contains("canary found a fault"))
        }
    }
}
