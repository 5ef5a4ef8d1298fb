import Foundation
import RollcallClient
import ServerTestKit

/// One node of a cluster as a process of its own, with a directory and ports that stay the same over its lives.
final class RollcallNode: Sendable {
    let number: Int
    let port: Int
    let metricsPort: Int
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    /// - Parameters:
    ///   - endpoints: etcd's, as this node reaches them.
    ///   - flags: beyond those that make it a node of this cluster.
    init(_ number: Int, endpoints: [String], flags: [String]) throws {
        self.number = number
        self.port = try FreePort.take()
        self.metricsPort = try FreePort.take()
        self.directory = try TemporaryDirectory()
        self.process = ChildProcess(
            [
                try Self.executable(), "serve", "--registry-type", "etcd", "--etcd-endpoints",
                endpoints.joined(separator: ","), "--registry-prefix", "/rollcall", "--registry-data-dir",
                "\(self.directory.path)/data", "--server-port", "\(self.port)", "--monitoring-metrics-port",
                "\(self.metricsPort)", "--monitoring-canary-interval", "never",
            ] + flags, log: "\(self.directory.path)/log")
    }

    /// The release, where one is named: what is built for debugging is too slow for much load.
    private static func executable() throws -> String {
        try ProcessInfo.processInfo.environment["ROLLCALL_BINARY"] ?? RollcallExecutable.path()
    }

    var address: String { "127.0.0.1:\(self.port)" }
    var name: String { "node \(self.number)" }
    var log: String { self.process.log }
    var processID: Int32? { self.process.processID }
    /// Whether it was started and has not ended by itself.
    var isAlive: Bool { self.process.isAlive }

    func start() throws { try self.process.start() }
    func kill() { self.process.stop() }
    func freeze() { self.process.freeze() }
    func thaw() { self.process.thaw() }

    /// Runs a command against it; throws what it said where it fails.
    @discardableResult
    func rollcall(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try Self.executable())
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "ROLLCALL_ADDRESS": self.address]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailure(command: arguments.joined(separator: " "), output: text)
        }
        return text
    }

    struct CommandFailure: Error, CustomStringConvertible {
        let command: String
        let output: String
        var description: String { "rollcall \(self.command) failed: \(self.output)" }
    }
}
