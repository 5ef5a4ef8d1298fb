import FoundationEssentials
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory of one run's own on a real disk, and ports that nobody else listens on.
public final class Workplace: Sendable {
    public let path: String
    private let number = Atomic<Int>(0)

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Parameter parent: a directory. What is durable has to reach a disk to be compared, so memory will not do.
    public init(in parent: String) throws {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        guard !Self.isInMemory(parent) else {
            throw Fault(description: "\(parent) is kept in memory; name a directory on a disk with --directory.")
        }
        var template = Array((parent + "/rollcall-bench-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template), let path = realpath(made, nil) else {
            throw Fault(description: "No directory can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        defer { free(path) }
        self.path = String(cString: path)
    }

    public func remove() throws { try FileManager.default.removeItem(atPath: self.path) }

    /// A directory in it, made when missing.
    public func directory(_ name: String) throws -> String {
        let path = "\(self.path)/\(name)-\(self.number.add(1, ordering: .relaxed).newValue)"
        // A server's workers may belong to another account.
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// A port of the loopback address that nobody listened on a moment ago.
    ///
    /// They lie below those that systems give to outgoing connections, so that none is taken before it is used.
    public func freePort() async throws -> Int {
        let range = 20_000..<32_000
        for _ in range {
            let number = self.number.add(1, ordering: .relaxed).newValue + Int(getpid()) * 97
            let port = range.lowerBound + number % range.count
            let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
            try await channel.close()
            return port
        }
        throw Fault(description: "No port from \(range.lowerBound) to \(range.upperBound) is free.")
    }

    /// Whether the file system of a path is one in memory; where there is no table of mounts, it is not.
    private static func isInMemory(_ path: String) -> Bool {
        guard let resolved = realpath(path, nil) else { return false }
        defer { free(resolved) }
        let absolute = String(cString: resolved)
        var innermost = (point: "", kind: "")
        for line in (SystemFile.text("/proc/self/mounts") ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 2, fields[1].count >= innermost.point.count else { continue }
            let point = fields[1]
            if point == "/" || absolute == point || absolute.hasPrefix(point + "/") { innermost = (point, fields[2]) }
        }
        return ["tmpfs", "ramfs"].contains(innermost.kind)
    }
}
