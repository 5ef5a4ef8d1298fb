#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The number of files and connections that this process may have open at once.
public struct OpenFileLimit: Sendable, Hashable {
    public let count: Int

    public init(count: Int) { self.count = count }

    /// Kept for what is no connection to the API, of a check or to a callback: the store, the listeners, the scrapes of `/metrics`,
    /// logs, event loops, look-ups of names.
    public static let reserved = 192
    /// Below this a server is of no use.
    public static let fewestConnections = 32
    /// What checks get at least.
    static let fewestProbeConnections = 16

    /// The connections that may be open at once, those that the server makes itself included.
    public var connections: Int { max(0, self.count - Self.reserved) }

    /// The least that a server starts with which makes so many connections itself.
    static func fewest(beside ownConnections: Int) -> Int {
        Self.reserved + Self.fewestConnections + ownConnections
    }

    /// Raises the soft limit to the hard one, and returns what holds then. A refusal leaves the limit as it was.
    public static func raise() -> OpenFileLimit {
        var limit = rlimit()
        guard getrlimit(Self.resource, &limit) == 0 else {
            return OpenFileLimit(count: Int(sysconf(Int32(_SC_OPEN_MAX))))
        }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        if setrlimit(Self.resource, &raised) == 0 { limit = raised }
        return OpenFileLimit(count: Int(clamping: limit.rlim_cur))
    }

    #if canImport(Glibc)
    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
    private static var resource: Int32 { Int32(RLIMIT_NOFILE) }
    #endif
}
