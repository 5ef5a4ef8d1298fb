import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// Servers that start without a file of their own while etcd is away, beside a Redis with a registry's snapshot.
@Suite(.timeLimit(.minutes(3)))
struct SharedRedisTests {
    @Test func aSnapshotIsShownToItsRegistryAndNotToAnother() async throws {
        try await RedisProcess.running { redis in
            let etcd = try EtcdServer()
            try etcd.start()
            defer { etcd.stop() }
            @Sendable func flags(_ prefix: String) -> [String] {
                [
                    "--registry-type", "etcd", "--etcd-endpoints", "127.0.0.1:\(etcd.port)", "--registry-prefix",
                    prefix,
                    "--registry-cache-interval", "1s", "--redis-host", "127.0.0.1", "--redis-port", "\(redis.port)",
                ]
            }
            try await LiveServer.run(flags: flags("/one")) { server in
                let outcome = try await server.rollcall(
                    "register", "--service", "payments", "--host", "127.0.0.1", "--port", "80", "--id", "of-one",
                    "--ttl", "1h")
                try #require(outcome.status == 0, "\(outcome.errors)")
                let revision = try await server.withClient { client in
                    try await client.history().value.elements.map(\.revision.rawValue).max() ?? 0
                }
                try await eventually("it is in Redis") {
                    try await Int64(redis.ask("HGET", "rollcall:snapshot", "revision")) ?? 0 >= revision
                }
                #expect(try await redis.ask("HGET", "rollcall:snapshot", "store") == "etcd /one")
            }
            etcd.stop()
            try await LiveServer.run(flags: flags("/one")) { server in
                let discovered = try await server.rollcall("discover", "payments").output
                #expect(discovered.contains("of-one"))
            }
            try await Self.expectNothing(flags("/two"), because: "etcd /one")
            // Two registries whose stores have the same name: what the second one leaves when it is refused.
            _ = try await redis.ask("SET", "rollcall:rival", "another etcd /one")
            try await Self.expectNothing(flags("/one"), because: "two registries write there")
        }
    }

    /// Expects that a server says this about Redis, and answers nothing.
    private static func expectNothing(_ flags: [String], because reason: String) async throws {
        let directory = try TemporaryDirectory()
        let port = try await FreePort.find()
        let metricsPort = try await FreePort.find()
        let arguments = [
            "serve", "--registry-data-dir", directory.path, "--server-port", "\(port)", "--monitoring-metrics-port",
            "\(metricsPort)", "--monitoring-canary-interval", "never",
        ]
        _ = try await Program.running(arguments + flags) { program in
            try await eventually("it says why; it said: \(program.errors.text)") {
                program.errors.text.contains(reason)
            }
            try await eventually("it answers that it has nothing") {
                let answer = try await Program.run(
                    ["services"], environment: ["ROLLCALL_ADDRESS": "127.0.0.1:\(port)"])
                #expect(answer.status != 0 && !answer.output.contains("payments"), "\(answer.output)")
                return answer.errors.contains("loading its catalogue")
            }
        }
    }
}
