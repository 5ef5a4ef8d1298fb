#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension AccessLogTarget {
    /// Opens what lines are appended to. The file is made when missing, readable by the server's user and group.
    ///
    /// - Returns: A descriptor that stays open as long as the process; nil when there is no access log.
    /// - Throws: An error that names the file, when it cannot be opened.
    public func open() throws(ConfigurationError) -> Int32? {
        switch self {
        case .off:
            return nil
        case .stdout:
            return STDOUT_FILENO
        case .file(let path):
            let descriptor = path.withCString { openForAppending($0) }
            guard descriptor >= 0 else {
                throw ConfigurationError(
                    "server.access_log", "is \"\(path)\", which cannot be opened: \(String(cString: strerror(errno))).")
            }
            return descriptor
        }
    }
}

/// Apart from the type, whose own `open` would hide the system's.
private func openForAppending(_ path: UnsafePointer<CChar>) -> Int32 {
    open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
}
