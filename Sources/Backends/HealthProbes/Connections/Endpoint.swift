import NIOCore
import RegistryHealth
import RegistryModel

/// What a connection leads to; probes with equal ones may share it.
struct Endpoint: Sendable, Hashable {
    enum Language: Sendable, Hashable {
        /// Connecting is all.
        case none
        case http
        case grpc
    }

    let address: IPAddress
    let port: UInt16
    let language: Language
    /// Nil: plain. Else the name that the certificate has to have; empty: the address itself. (swift-nio-ssl also takes one for the address
    /// that is dialled.)
    let certificateName: String?

    init(_ target: ProbeTarget, at address: IPAddress) throws(ProbeFault) {
        self.address = address
        self.port = target.port
        switch target.kind {
        case .http: self.language = .http
        case .grpc: self.language = .grpc
        case .tcp: self.language = .none
        case .ttl: throw ProbeFault(.rejected, "a check of type ttl is not made by the registry")
        }
        guard target.probe.usesTLS, self.language != .none else {
            self.certificateName = nil
            return
        }
        let name = target.probe.serverName.isEmpty ? target.host : target.probe.serverName
        guard let named = IPAddress(name) else {
            self.certificateName = name.hasSuffix(".") ? String(name.dropLast()) : name
            return
        }
        // An address in a certificate is held against the one that is dialled.
        guard named.unmapped == address.unmapped else {
            throw ProbeFault(.insecure, "server_name is an address, but not the one that is dialled")
        }
        self.certificateName = ""
    }

    var socketAddress: SocketAddress {
        get throws { try SocketAddress(packedIPAddress: ByteBuffer(bytes: self.address.bytes), port: Int(self.port)) }
    }
}
