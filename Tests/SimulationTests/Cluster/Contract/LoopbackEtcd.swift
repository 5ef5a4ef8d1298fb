import Foundation

/// A real etcd with a directory of its own, on loopback ports that were free.
final class LoopbackEtcd {
    let port: Int
    private let directory: String
    private let shell = Process()
    private let input = Pipe()
    private let pid: Int32

    init() throws {
        self.port = try Self.freePort()
        let peer = "http://127.0.0.1:\(try Self.freePort())"
        let client = "http://127.0.0.1:\(self.port)"
        self.directory = FileManager.default.temporaryDirectory.appending(path: "rollcall-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        self.shell.executableURL = URL(filePath: "/bin/sh")
        // The shell's input ends with this process, however that ends, and then so does the server.
        let script = #"etcd "$@" >>"$0" 2>&1 & echo $!; cat >/dev/null; kill -9 $!; wait"#
        self.shell.arguments = [
            "-c", script, "\(self.directory)/log", "--data-dir", "\(self.directory)/data", "--listen-client-urls",
            client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls",
            peer, "--initial-cluster", "default=\(peer)", "--logger", "zap", "--log-level", "error",
        ]
        self.shell.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        let output = Pipe()
        self.shell.standardInput = self.input
        self.shell.standardOutput = output
        try self.shell.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        guard let pid = Int32(String(decoding: line, as: UTF8.self)) else { throw NoServer() }
        self.pid = pid
    }

    func stop() {
        kill(self.pid, SIGKILL)
        kill(self.shell.processIdentifier, SIGKILL)
        try? self.input.fileHandleForWriting.close()
        self.shell.waitUntilExit()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    private struct NoServer: Error, CustomStringConvertible {
        var description: String { "etcd did not start; is it installed (Debian: etcd-server)?" }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
