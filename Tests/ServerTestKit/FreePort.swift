import Foundation
import Synchronization

/// Ports of the loopback address that nobody listens on, each given out once by this process.
///
/// They lie below those that systems give to outgoing connections, so that none is taken between being found and being used,
/// nor while the server that has it is down.
public enum FreePort {
    private static let range = 20_000..<32_000
    private static let next = Atomic<Int>(Int(ProcessInfo.processInfo.processIdentifier) &* 97)

    public static func take() throws -> Int {
        for _ in self.range {
            let number = self.next.add(1, ordering: .relaxed).newValue
            let port = self.range.lowerBound + number % self.range.count
            if self.isFree(port) { return port }
        }
        throw NoFreePort()
    }

    public static func find() async throws -> Int { try self.take() }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    public struct NoFreePort: Error {}
}
