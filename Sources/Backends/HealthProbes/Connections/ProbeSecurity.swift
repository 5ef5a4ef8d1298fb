import NIOSSL
import RegistryHealth
import Synchronization

/// TLS of probes: certificates are always verified, against the system's authorities and those of one file.
final class ProbeSecurity: Sendable {
    private let authorities: String
    /// Made when first needed: each reads all of the system's authorities.
    private let contexts = Mutex<[Endpoint.Language: NIOSSLContext]>([:])

    /// - Parameter authorities: the path of a PEM file; empty: none.
    /// - Throws: what is wrong with the file.
    init(authorities: String) throws {
        self.authorities = authorities
        if !authorities.isEmpty { _ = try NIOSSLCertificate.fromPEMFile(authorities) }
    }

    /// Nil for a plain connection.
    func context(for endpoint: Endpoint) throws(ProbeFault) -> NIOSSLContext? {
        guard endpoint.certificateName != nil else { return nil }
        do {
            return try self.contexts.withLock { contexts in
                if let context = contexts[endpoint.language] { return context }
                let context = try NIOSSLContext(configuration: self.configuration(for: endpoint.language))
                contexts[endpoint.language] = context
                return context
            }
        } catch {
            throw ProbeFault(.insecure, "TLS cannot be set up: \(error)")
        }
    }

    private func configuration(for language: Endpoint.Language) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = [language == .grpc ? "h2" : "http/1.1"]
        if !self.authorities.isEmpty { configuration.additionalTrustRoots = [.file(self.authorities)] }
        return configuration
    }
}
