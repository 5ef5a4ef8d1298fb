import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where log lines go: a file descriptor, written to line by line, from any thread.
///
/// A line is written whole before the next one starts. A reader that stalls stalls the writers, as with any log on
/// standard error; a reader that is gone costs lines, which ``droppedLines`` counts.
public final class LogOutput: Sendable {
    /// Standard error, which the process shares.
    public static let standardError = LogOutput(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    private let dropped = Mutex(0)

    /// - Parameter descriptor: Open for writing; it stays the caller's to close.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Lines that could not be written.
    public var droppedLines: Int { self.dropped.withLock { $0 } }

    func append(line: UnsafeRawBufferPointer) {
        // The lock orders the lines: a line that is written in two parts must not have another between them.
        self.dropped.withLock { dropped in
            if !Self.writeAll(line, to: self.descriptor) { dropped += 1 }
        }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = write(descriptor, part.baseAddress, part.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
