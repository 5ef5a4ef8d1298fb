import Foundation
import Subprocess
import Testing

/// A disk with little room for a server's data, and the way to give it more while the server runs.
struct SmallDisk: Sendable {
    enum Kind: Sendable, CaseIterable {
        /// A limit on the size of files, for which nobody needs any right.
        case fileSize
        /// A file system of its own in a mount namespace of its own, for which one has to be root.
        case fileSystem
    }

    /// A command that is given the server's own at its end.
    let launcher: [String]
    private let enlarging: @Sendable (Int32) -> [String]

    /// What this machine allows; the first kind always.
    static let kinds: [Kind] = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /tmp"]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0 ? Kind.allCases : [.fileSize]
        } catch {
            return [.fileSize]
        }
    }()

    /// Runs `body` with such a disk at `directory`. What is on it may be gone afterwards.
    static func with(
        _ kind: Kind, at directory: String, _ body: @escaping @Sendable (SmallDisk) async throws -> Void
    ) async throws {
        switch kind {
        case .fileSize:
            // It gets an error, not a signal, when it writes more.
            let launcher = ["prlimit", "--fsize=524288:unlimited", "sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]
            try await body(
                SmallDisk(launcher: launcher) { ["prlimit", "--pid", "\($0)", "--fsize=unlimited"] })
        case .fileSystem:
            let mount = "mount -t tmpfs -o size=1m tmpfs \"$0\" && echo mounted && exec sleep 600"
            _ = try await Subprocess.run(
                .name("unshare"), arguments: ["--mount", "sh", "-c", mount, directory], input: .none, output: .sequence,
                error: .discarded
            ) { holder in
                // The namespace, with its file system, is there for as long as this process.
                var isMounted = false
                for try await _ in holder.standardOutput {
                    isMounted = true
                    break
                }
                try #require(isMounted)
                let enter = ["nsenter", "--mount=/proc/\(holder.processIdentifier.value)/ns/mnt"]
                try await body(
                    SmallDisk(launcher: enter) { _ in enter + ["mount", "-o", "remount,size=64m", directory] })
                try holder.send(signal: .kill)
            }
        }
    }

    private init(launcher: [String], enlarging: @escaping @Sendable (Int32) -> [String]) {
        self.launcher = launcher
        self.enlarging = enlarging
    }

    /// Makes room for the server with this process number.
    func enlarge(for process: Int32) async throws {
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(self.enlarging(process)), output: .discarded,
            error: .string(limit: 4_096))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }
}
