import Foundation
import Subprocess

/// A real etcd with a directory of its own, on loopback ports that were free. It ends with ``stop()``, or with this process.
public final class EtcdServer: Sendable {
    public let name: String
    public let port: Int
    public let peerPort: Int
    public let directory: String
    /// Beyond addresses and directory.
    public let arguments: [String]
    /// Every member's peer address, as etcd is told it.
    private let initialCluster: String
    private let process: ChildProcess

    /// - Parameter initialCluster: every member's name and peer address; nil: it is alone.
    public init(
        name: String = "one", port: Int? = nil, peerPort: Int? = nil, scheme: String = "http",
        initialCluster: String? = nil, arguments: [String] = [], environment: [String: String] = [:]
    ) throws {
        self.name = name
        self.port = try port ?? FreePort.take()
        self.peerPort = try peerPort ?? FreePort.take()
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-etcd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.directory = url.path
        let client = "\(scheme)://127.0.0.1:\(self.port)"
        let peer = "http://127.0.0.1:\(self.peerPort)"
        self.initialCluster = initialCluster ?? "\(name)=\(peer)"
        self.arguments = arguments
        self.process = ChildProcess(
            [
                "etcd", "--name", name, "--data-dir", "\(url.path)/data", "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", self.initialCluster, "--initial-cluster-state", "new", "--logger", "zap",
                "--log-level", "error",
            ] + arguments,
            // Settings of etcd's own in the environment would count as well.
            environment: environment.merging(["ETCD_UNSUPPORTED_ARCH": "arm64"]) { own, _ in own },
            log: "\(url.path)/log")
    }

    deinit {
        self.stop()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    public var log: String { self.process.log }
    public var processID: Int32? { self.process.processID }
    public var isAlive: Bool { self.process.isAlive }

    public func start() throws { try self.process.start() }

    /// Kills it, and waits until it is gone. Its data stay, and ``start()`` goes on with them.
    public func stop() { self.process.stop() }

    /// As `kill -SIGSTOP`: connections stay, and nothing answers.
    public func freeze() { self.process.freeze() }
    public func thaw() { self.process.thaw() }

    /// Stops, and throws its data away.
    public func empty() throws {
        self.stop()
        try FileManager.default.removeItem(atPath: "\(self.directory)/data")
    }

    /// Stops, and takes a snapshot's data in place of its own, under the same name and addresses.
    public func restore(_ snapshot: String) async throws {
        try self.empty()
        try await self.control(
            "snapshot", "restore", snapshot, "--name", self.name, "--data-dir", "\(self.directory)/data",
            "--initial-cluster", self.initialCluster, "--initial-advertise-peer-urls",
            "http://127.0.0.1:\(self.peerPort)")
    }

    /// Runs etcdctl against it, and returns what it says.
    /// - Parameter input: what it reads.
    @discardableResult
    public func control(
        _ arguments: String..., tls: [String] = [], input: String = ""
    ) async throws -> String {
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments(["etcdctl", "--endpoints", "127.0.0.1:\(self.port)"] + tls + arguments),
            environment: .custom(["PATH": "/usr/bin:/bin", "ETCDCTL_API": "3"]),
            input: .string(input), output: .string(limit: 16 << 20), error: .combinedWithOutput)
        guard result.terminationStatus.isSuccess else { throw ControlFailure(output: result.standardOutput) }
        return result.standardOutput
    }

    public struct ControlFailure: Error { public let output: String }
}
