import NIOCore
import NIOPosix
import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks names up with the system's resolver, which blocks, on threads of its own.
///
/// A look-up cannot be taken back. Who no longer waits for one is told at once, and the thread goes on until the resolver's own time is
/// over; what waits for a thread is bounded by the deliveries at once.
struct NameResolver: Sendable {
    private let threads: NIOThreadPool

    /// For all of the process: 16 look-ups at once, enough that a few names whose servers do not answer leave some for the others.
    static let shared: NameResolver = {
        let threads = NIOThreadPool(numberOfThreads: 16)
        threads.start()
        return NameResolver(threads: threads)
    }()

    /// The addresses of a name in the resolver's order, each once; an address is its own. Empty: it has none.
    func addresses(of host: String, port: UInt16) async -> [SocketAddress] {
        if let address = try? SocketAddress(ipAddress: host, port: Int(port)) { return [address] }
        let answer = Once<[SocketAddress]>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.expect(continuation)
                self.threads.submit { state in
                    answer.give(state == .active ? Self.lookUp(host, port: port) : [])
                }
            }
        } onCancel: {
            answer.give([])
        }
    }

    private static func lookUp(_ host: String, port: UInt16) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = Self.address(of: entry.pointee), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }

    private static func address(of entry: addrinfo) -> SocketAddress? {
        guard let pointer = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
        case AF_INET6:
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
        default:
            return nil
        }
    }
}

extension SocketAddress {
    /// The address without its port; nil for what is none of the Internet's.
    var address: IPAddress? { self.ipAddress.flatMap { IPAddress($0) } }
}
