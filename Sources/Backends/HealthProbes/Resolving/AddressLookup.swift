import RegistryHealth
import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks the system for the addresses of a name, by getaddrinfo(3). Blocks, for many seconds when name servers do not answer.
enum AddressLookup {
    /// - Returns: at least one address, in the order of RFC 6724.
    static func addresses(of name: String) throws(ProbeFault) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Darwin)
        hints.ai_socktype = SOCK_STREAM
        #else
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else {
            throw ProbeFault(.unreachable, "its name was not found: \(String(cString: gai_strerror(code)))")
        }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = Self.address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw ProbeFault(.unreachable, "its name has no address") }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let socketAddress = entry.ai_addr else { return nil }
        let raw = UnsafeRawPointer(socketAddress)
        switch entry.ai_family {
        case AF_INET:
            let address = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            return withUnsafeBytes(of: address) { IPAddress(bytes: $0) }
        case AF_INET6:
            let address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return withUnsafeBytes(of: address) { IPAddress(bytes: $0) }
        default: return nil
        }
    }
}
