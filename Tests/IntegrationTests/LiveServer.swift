import Foundation
import NIOCore
import NIOPosix
import RegistryTestKit
import RollcallClient
import ServerTestKit
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
