import Foundation
import NIOCore
import NIOPosix
import RegistryTestKit
import RollcallClient
import Synchronization
import Testing

/// A server of ours as a process of its own, on free ports of the loopback address, with a directory of its own.
struct LiveServer: Sendable {
    let address: String
    /// Where `/metrics` is.
    let metricsAddress: String
    let program: RunningProgram

    /// A client of it.
    func withClient<Result>(
        _ configuration: RollcallClientConfiguration = RollcallClientConfiguration(),
        _ body: (RollcallClient) async throws -> Result
    ) async throws -> Result {
        var configuration = configuration
        configuration.address = try ServerAddress(self.address)
        configuration.clientName = "integration-tests"
        return try await withRollcallClient(configuration, body)
    }

    /// Runs a command against it.
    func rollcall(_ arguments: String..., input: String = "") async throws -> Program.Outcome {
        try await Program.run(arguments, environment: ["ROLLCALL_ADDRESS": self.address], input: input)
    }

    /// Runs `body` with a server, and stops it afterwards. Returns how it ended.
    @discardableResult
    static func run(
        directory: String? = nil, port: Int? = nil, flags: [String] = [], launcher: [String] = [],
        _ body: @escaping @Sendable (LiveServer) async throws -> Void
    ) async throws -> Program.Outcome {
        let temporary = try TemporaryDirectory()
        let apiPort = try await FreePort.find()
        let port = port ?? apiPort
        let metricsPort = try await FreePort.find()
        let arguments = [
            "serve", "--registry-data-dir", directory ?? temporary.path, "--server-port", String(port),
            "--monitoring-metrics-port", String(metricsPort),
        ]
        // Many tests look at every commit there is.
        let canary = "--monitoring-canary-interval"
        let flags = flags + (flags.contains(canary) ? [] : [canary, "never"])
        return try await Program.running(arguments + flags, launcher: launcher) { program in
            let server = LiveServer(
                address: "127.0.0.1:\(port)", metricsAddress: "127.0.0.1:\(metricsPort)", program: program)
            try await eventually("the server answers; it said: \(program.errors.text)") {
                let answer = try await Program.run(["services"], environment: ["ROLLCALL_ADDRESS": server.address])
                return answer.status == 0
            }
            try await body(server)
        }
    }
}

/// Ports of the loopback address that nobody listens on, each given out once by this process.
///
/// They lie below those that systems give to outgoing connections, so that none is taken between being found and being used.
enum FreePort {
    private static let range = 20_000..<32_000
    private static let next = Atomic<Int>(Int(ProcessInfo.processInfo.processIdentifier) &* 97)

    static func find() async throws -> Int {
        for _ in self.range {
            let number = self.next.add(1, ordering: .relaxed).newValue
            let port = self.range.lowerBound + number % self.range.count
            let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
            try await channel.close()
            return port
        }
        throw NoFreePort()
    }

    struct NoFreePort: Error {}
}

/// A directory of one test's own, removed with this value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}
