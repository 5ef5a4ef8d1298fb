import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why an address cannot be listened on, in a sentence that says what to do.
public struct ListenError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ configuration: ListenerConfiguration, _ error: IOError) {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let reason = String(cString: strerror(error.errnoCode))
        self.description =
            "\(host):\(configuration.port) cannot be listened on (\(reason)); stop what uses it, or choose another host or port."
    }
}
