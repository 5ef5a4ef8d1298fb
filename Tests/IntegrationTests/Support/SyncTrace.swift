import Foundation
import ServerTestKit
import Testing

/// Counts the syncs of a server's write-ahead log while it runs, by what `strace` writes down.
///
/// A traced process stands still until its call is on record: of whatever the server has answered, the syncs are in the
/// file. Needs `strace`.
struct SyncTrace {
    private let directory: TemporaryDirectory

    init() throws { self.directory = try TemporaryDirectory() }

    private var path: String { "\(self.directory.path)/trace" }

    /// Puts the server under the tracer, which is its grandchild: signals and exit status are the server's own.
    var launcher: [String] {
        [
            "strace", "-D", "-q", "-f", "--seccomp-bpf", "-y", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o",
            self.path,
        ]
    }

    /// Syncs of the log that have begun since the start of the server. None may fail.
    func syncs() throws -> Int {
        let text = try String(contentsOfFile: self.path, encoding: .utf8)
        #expect(!text.contains(" = -1"), "a sync failed")
        return text.split(separator: "\n").count { $0.contains("sync(") && $0.contains("/rollcall.sqlite-wal>") }
    }
}
