import Foundation
import NIOCore
import NIOPosix

@testable import EtcdBackend

/// A real etcd with a directory of its own, on loopback ports that were free. It ends with ``stop()``, or with this process.
final class EtcdServer: Sendable {
    let name: String
    let port: Int
    let peerPort: Int
    let directory: String
    /// Beyond addresses and directory.
    let arguments: [String]
    private let process: LockedBox<Child?> = LockedBox(nil)

    private struct Child: @unchecked Sendable {
        // Foundation does not mark them; they are used under the lock only.
        let shell: Process
        let input: Pipe
        let pid: Int32
    }

    /// The one whose suite runs: see ``EtcdTrait``.
    @TaskLocal static var current: EtcdServer?

    init(
        name: String = "one", port: Int? = nil, peerPort: Int? = nil, scheme: String = "http",
        arguments: [String] = []
    ) throws {
        self.name = name
        self.port = try port ?? FreePort.take()
        self.peerPort = try peerPort ?? FreePort.take()
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-etcd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.directory = url.path
        let client = "\(scheme)://127.0.0.1:\(self.port)"
        let peer = "http://127.0.0.1:\(self.peerPort)"
        self.arguments =
            [
                "--name", name, "--data-dir", "\(url.path)/data", "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--logger", "zap", "--log-level", "error",
            ] + (arguments.contains("--initial-cluster") ? [] : ["--initial-cluster", "\(name)=\(peer)"]) + arguments
    }

    deinit {
        self.stop()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    var endpoint: EtcdEndpoint { EtcdEndpoint(host: "127.0.0.1", port: self.port) }
    var log: String { (try? String(contentsOfFile: "\(self.directory)/log", encoding: .utf8)) ?? "" }

    func start() throws {
        try self.process.with { child in
            guard child == nil else { return }
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            // The shell's input ends with this process, however that ends, and then so does the server.
            let script = #"etcd "$@" >>"$0" 2>&1 & echo $!; cat >/dev/null; kill -9 $!; wait"#
            shell.arguments = ["-c", script, "\(self.directory)/log"] + self.arguments
            // Settings of etcd's own in the environment would count as well.
            shell.environment = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "ETCD_UNSUPPORTED_ARCH": "arm64",
            ]
            let (input, output) = (Pipe(), Pipe())
            _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
            shell.standardInput = input
            shell.standardOutput = output
            try shell.run()
            var line: [UInt8] = []
            while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
                line.append(byte)
            }
            guard let pid = Int32(String(decoding: line, as: UTF8.self)) else { throw NoServer() }
            child = Child(shell: shell, input: input, pid: pid)
        }
    }

    /// Kills it, and waits until it is gone. Its data stay, and ``start()`` goes on with them.
    func stop() {
        self.process.with { child in
            guard let running = child else { return }
            kill(running.pid, SIGKILL)
            // The shell's input may not end yet: a process that was started meanwhile may hold it open too.
            kill(running.shell.processIdentifier, SIGKILL)
            try? running.input.fileHandleForWriting.close()
            running.shell.waitUntilExit()
            child = nil
            // It is the shell that is waited for. The server itself may take a moment longer to let go of its ports.
            for _ in 0..<1_000 where !FreePort.isFree(self.port) || !FreePort.isFree(self.peerPort) { usleep(10_000) }
        }
    }

    /// As `kill -SIGSTOP`: connections stay, and nothing answers.
    func freeze() { self.process.with { if let child = $0 { kill(child.pid, SIGSTOP) } } }
    func thaw() { self.process.with { if let child = $0 { kill(child.pid, SIGCONT) } } }

    /// Runs etcdctl against it, and returns what it says.
    @discardableResult
    func control(_ arguments: String..., tls: [String] = []) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["etcdctl", "--endpoints", "127.0.0.1:\(self.port)"] + tls + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "ETCDCTL_API": "3"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ControlFailure(output: text) }
        return text
    }

    /// Stops, and comes back with what a snapshot holds.
    func restore(_ snapshot: String) throws {
        self.stop()
        try FileManager.default.removeItem(atPath: "\(self.directory)/data")
        let peer = "http://127.0.0.1:\(self.peerPort)"
        try self.control(
            "snapshot", "restore", snapshot, "--data-dir", "\(self.directory)/data", "--name", self.name,
            "--initial-cluster", "\(self.name)=\(peer)", "--initial-advertise-peer-urls", peer)
        try self.start()
    }

    struct NoServer: Error, CustomStringConvertible {
        var description: String { "etcd did not start; is it installed (Debian: etcd-server)?" }
    }

    struct ControlFailure: Error { let output: String }
}
