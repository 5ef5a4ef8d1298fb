public import RegistryModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks the system for the addresses of a name, by getaddrinfo(3). Blocks, for many seconds when name servers do not answer.
public enum AddressLookup {
    /// - Returns: at least one address, each once, in the order of RFC 6724.
    public static func addresses(of name: String) throws(LookupFault) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else {
            throw LookupFault(.notFound, "its name was not found: \(String(cString: gai_strerror(code)))")
        }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = Self.address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw LookupFault(.notFound, "its name has no address") }
        return addresses
    }

    /// By way of its text: the optimiser's build does not let us at the fields of `sockaddr_in`, which NIO's own C module defines as well.
    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard entry.ai_family == AF_INET || entry.ai_family == AF_INET6 else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = getnameinfo(
            entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return nil }
        // A link-local address has its interface behind it: fe80::1%eth0.
        let bytes = text.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map { UInt8(bitPattern: $0) }
        return IPAddress(String(decoding: bytes, as: UTF8.self))
    }
}
