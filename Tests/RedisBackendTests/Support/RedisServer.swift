import Foundation
import Synchronization

@testable import RedisBackend

/// A real redis-server on a free loopback port, with a directory of its own and nothing on the disk. It ends with ``stop()``, or with
/// this process.
final class RedisServer: Sendable {
    let port: Int
    let directory: String
    private let arguments: [String]
    private let process = Mutex<Child?>(nil)

    private struct Child: @unchecked Sendable {
        // Foundation does not mark them; they are used under the lock only.
        let shell: Process
        let input: Pipe
        let pid: Int32
    }

    /// - Parameter arguments: settings of its own, as in `["--requirepass", "secret"]`.
    init(_ arguments: [String] = [], tls: TestCertificates? = nil, certificate: String = "server") throws {
        let port = try FreePort.take()
        let url = FileManager.default.temporaryDirectory.appending(path: "rollcall-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.port = port
        self.directory = url.path
        let listening =
            tls.map {
                [
                    "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", $0.certificate(certificate),
                    "--tls-key-file", $0.key(certificate), "--tls-ca-cert-file", $0.certificate("ca"),
                    "--tls-auth-clients", "no",
                ]
            } ?? ["--port", "\(port)"]
        self.arguments =
            listening + ["--bind", "127.0.0.1", "--dir", url.path, "--save", "", "--appendonly", "no"] + arguments
    }

    deinit {
        self.stop()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    var log: String { (try? String(contentsOfFile: "\(self.directory)/log", encoding: .utf8)) ?? "" }

    func start() throws {
        try self.process.withLock { child in
            guard child == nil else { return }
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            // The shell's input ends with this process, however that ends, and then so does the server.
            let script = #"redis-server "$@" >>"$0" 2>&1 & echo $!; cat >/dev/null; kill -9 $!; wait"#
            shell.arguments = ["-c", script, "\(self.directory)/log"] + self.arguments
            let (input, output) = (Pipe(), Pipe())
            _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
            shell.standardInput = input
            shell.standardOutput = output
            try shell.run()
            var line: [UInt8] = []
            while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
                line.append(byte)
            }
            guard let pid = Int32(String(decoding: line, as: UTF8.self)) else { throw NoServer(log: self.log) }
            child = Child(shell: shell, input: input, pid: pid)
        }
    }

    /// Kills it, and waits until it is gone. What it held is lost: nothing of it is on the disk.
    func stop() {
        self.process.withLock { child in
            guard let running = child else { return }
            kill(running.pid, SIGKILL)
            // The shell's input may not end yet: a process that was started meanwhile may hold it open too.
            kill(running.shell.processIdentifier, SIGKILL)
            try? running.input.fileHandleForWriting.close()
            running.shell.waitUntilExit()
            child = nil
        }
    }

    /// As `kill -SIGSTOP`: connections stay, and nothing answers.
    func freeze() { self.process.withLock { if let child = $0 { kill(child.pid, SIGSTOP) } } }
    func thaw() { self.process.withLock { if let child = $0 { kill(child.pid, SIGCONT) } } }

    struct NoServer: Error, CustomStringConvertible {
        let log: String
        var description: String { "redis-server did not start; is it installed (Debian: redis-server)? \(self.log)" }
    }
}

/// Ports of the loopback address that nobody listens on, each given out once by this process.
///
/// They lie below those that systems give to outgoing connections, so that none is taken between being found and being used.
enum FreePort {
    private static let range = 12_000..<20_000
    private static let next = Atomic<Int>(Int(ProcessInfo.processInfo.processIdentifier) &* 97)

    static func take() throws -> Int {
        for _ in self.range {
            let number = self.next.add(1, ordering: .relaxed).newValue
            let port = self.range.lowerBound + number % self.range.count
            if self.isFree(port) { return port }
        }
        throw POSIXError(.EADDRINUSE)
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
