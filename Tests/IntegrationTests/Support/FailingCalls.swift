import Foundation
import RegistryTestKit
import Subprocess
import Testing

/// Makes a running server's writes and syncs of its database fail, by `strace`, which lets nothing of them reach the disk.
enum FailingCalls {
    /// - Parameter error: by its name, such as `EROFS`.
    static func with(
        _ error: String, in process: Int32, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        // SQLite alone writes at an offset.
        let calls = "pwrite64,fsync,fdatasync,ftruncate"
        let result = try await Subprocess.run(
            .name("strace"),
            arguments: [
                "-f", "-q", "-o", "/dev/null", "-e", "trace=\(calls)", "-e", "inject=\(calls):error=\(error)", "-p",
                "\(process)",
            ], input: .none, output: .discarded, error: .discarded
        ) { tracer in
            try await eventually("strace holds the server") {
                let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
                return status.contains("TracerPid:\t\(tracer.processIdentifier.value)\n")
            }
            try await body()
            // It lets go of the server, which goes on.
            try tracer.send(signal: .interrupt)
        }
        #expect(result.terminationStatus.shellStatus != 1, "strace could not do it")
    }
}
