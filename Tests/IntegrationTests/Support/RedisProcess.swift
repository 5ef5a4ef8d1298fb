import Foundation
import RegistryTestKit
import ServerTestKit
import Subprocess

/// A redis-server on a free loopback port, which keeps nothing on the disk. Without one tests fail (Debian: redis-server).
struct RedisProcess: Sendable {
    let port: Int
    private let deliver: @Sendable (Signal) -> Void

    /// Runs one while `body` runs.
    static func running(_ body: @escaping @Sendable (RedisProcess) async throws -> Void) async throws {
        let port = try await FreePort.find()
        let directory = try TemporaryDirectory()
        let arguments = ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", directory.path, "--save", ""]
        var platform = PlatformOptions()
        platform.teardownSequence = []
        _ = try await Subprocess.run(
            .name("redis-server"), arguments: Arguments(arguments), platformOptions: platform, input: .none,
            output: .discarded, error: .discarded
        ) { execution in
            let redis = RedisProcess(port: port) { try? execution.send(signal: $0) }
            defer { redis.deliver(.kill) }
            try await eventually("Redis answers") { try await redis.ask("PING") == "PONG" }
            try await body(redis)
        }
    }

    /// As `kill -SIGSTOP`: connections stay, and nothing answers.
    func freeze() { self.deliver(.suspend) }
    func thaw() { self.deliver(.resume) }

    /// What it answers to a command, without the end of the line.
    func ask(_ command: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name("redis-cli"), arguments: Arguments(["-p", "\(self.port)"] + command), input: .none,
            output: .string(limit: 1 << 16), error: .discarded)
        return result.standardOutput.trimmingCharacters(in: .newlines)
    }
}
