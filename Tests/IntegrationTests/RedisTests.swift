import Foundation
import RegistryTestKit
import RollcallClient
import ServerTestKit
import Testing

/// A real server beside a real Redis: snapshots are kept there and in a file, and the registry goes on whatever becomes of Redis.
@Suite(.timeLimit(.minutes(3)))
struct RedisTests {
    @Test func snapshotsAreKeptAndTheRegistryGoesOnWithoutRedis() async throws {
        try await RedisProcess.running { redis in
            let directory = try TemporaryDirectory()
            let flags = [
                "--redis-host", "127.0.0.1", "--redis-port", "\(redis.port)", "--redis-timeout", "500ms",
                "--registry-cache-interval", "1s",
            ]
            let outcome = try await LiveServer.run(directory: directory.path, flags: flags) { server in
                try await Self.isKept(try await Self.register("before-the-loss", server), redis)
                #expect(try await redis.ask("HGET", "rollcall:snapshot", "store") == "embedded")
                try await eventually("it is in the file") { Self.isInFile("before-the-loss", directory) }

                redis.freeze()
                try await eventually("the loss of Redis is told") { Self.losses(server) == 1 }
                let last = try await Self.register("after-the-loss", server)
                try await eventually("it is in the file") { Self.isInFile("after-the-loss", directory) }
                #expect(Self.losses(server) == 1)

                redis.thaw()
                try await Self.isKept(last, redis)
                _ = try await redis.ask("FLUSHALL")
                try await Self.isKept(last, redis)
                redis.freeze()
            }
            // Nor does a Redis that hangs hold up the end.
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("kept again"), "\(outcome.errors)")
        }
    }

    /// - Returns: the catalogue's revision then.
    private static func register(_ id: String, _ server: LiveServer) async throws -> Int64 {
        let outcome = try await server.rollcall(
            "register", "--service", "payments", "--host", "127.0.0.1", "--port", "80", "--id", id, "--ttl", "1h")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try await server.withClient { client in
            try await client.history().value.elements.map(\.revision.rawValue).max() ?? 0
        }
    }

    /// Waits until a snapshot at this revision or a newer one is in Redis.
    private static func isKept(_ revision: Int64, _ redis: RedisProcess) async throws {
        try await eventually("revision \(revision) is in Redis") {
            try await Int64(redis.ask("HGET", "rollcall:snapshot", "revision")) ?? 0 >= revision
        }
    }

    private static func isInFile(_ id: String, _ directory: TemporaryDirectory) -> Bool {
        (try? Data(contentsOf: URL(filePath: "\(directory.path)/catalogue.snapshot")))?.range(of: Data(id.utf8)) != nil
    }

    private static func losses(_ server: LiveServer) -> Int {
        server.program.errors.text.split(separator: "\n").count {
            $0.contains("No snapshot of the catalogue can be kept")
        }
    }
}
