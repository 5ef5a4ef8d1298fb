import Foundation
import Subprocess
import Testing

/// A disk with little room for a server's data, and the way to give it more while the server runs.
struct SmallDisk: Sendable {
    enum Kind: Sendable, CaseIterable {
        /// A limit on the size of files, for which nobody needs any right.
        case fileSize
        /// A file system of its own in a mount namespace of its own, for which one has to be root there.
        case fileSystem
    }

    /// A command that is given the server's own at its end.
    let launcher: [String]
    private let enlarging: @Sendable (Int32) -> [String]

    /// How to become root of a mount namespace: as the root one is, or as one in a user namespace. Nil: the machine allows
    /// neither.
    private static let unshare: [String]? = [["--mount"], ["--user", "--map-root-user", "--mount"]].first { options in
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["unshare"] + options + ["sh", "-c", "mount -t tmpfs tmpfs /tmp"]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        } catch {
            return false
        }
    }

    /// What this machine allows; the first kind always.
    static let kinds: [Kind] = {
        if Self.unshare != nil { return Kind.allCases }
        print(
            "full disk: NOT TRIED with a file system, which `unshare --mount` is refused here; a limit on files stands for it"
        )
        return [.fileSize]
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
            let options = try #require(Self.unshare)
            let mount = "mount -t tmpfs -o size=1m tmpfs \"$0\" && echo mounted && exec sleep 600"
            _ = try await Subprocess.run(
                .name("unshare"), arguments: Arguments(options + ["sh", "-c", mount, directory]), input: .none,
                output: .sequence, error: .discarded
            ) { holder in
                // The namespace, with its file system, is there for as long as this process.
                var isMounted = false
                for try await _ in holder.standardOutput {
                    isMounted = true
                    break
                }
                try #require(isMounted)
                let namespaces = "/proc/\(holder.processIdentifier.value)/ns"
                // Whoever is not root has to keep who he is, which is root inside.
                let user = options.contains("--user") ? ["--user=\(namespaces)/user", "--preserve-credentials"] : []
                let enter = ["nsenter", "--mount=\(namespaces)/mnt"] + user
                // With its source named, `mount` keeps to these options: it would add an owner whom the namespace lacks.
                let remount = ["mount", "-o", "remount,size=64m", "tmpfs", directory]
                try await body(SmallDisk(launcher: enter) { _ in enter + remount })
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
