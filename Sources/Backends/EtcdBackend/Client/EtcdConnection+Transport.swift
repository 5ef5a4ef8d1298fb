import GRPCNIOTransportHTTP2Posix
import NIOCore

extension EtcdEndpoint {
    /// An address is dialled as it is: a name that is sent along with TLS must not be one.
    var target: any ResolvableTarget {
        if (try? SocketAddress(ipAddress: self.host, port: self.port)) == nil {
            return .dns(host: self.host, port: self.port)
        }
        return self.host.contains(":")
            ? .ipv6(address: self.host, port: self.port) : .ipv4(address: self.host, port: self.port)
    }
}

extension HTTP2ClientTransport.Posix.Config {
    init(_ endpoint: EtcdEndpoint, _ configuration: EtcdConfiguration) {
        self = .defaults
        self.backoff = .init(initial: .milliseconds(100), max: .seconds(2), multiplier: 1.6, jitter: 0.2)
        self.connection.keepalive = .init(
            time: configuration.keepalive.interval, timeout: configuration.keepalive.timeout,
            allowWithoutCalls: false)
        if configuration.usesTLS(endpoint), let name = configuration.tls?.serverName { self.http2.authority = name }
        let dialTimeout = TimeAmount(configuration.dial)
        self.channelDebuggingCallbacks.onCreateTCPConnection = {
            ConnectionHandlers.install(on: $0, dialTimeout: dialTimeout)
        }
    }
}

extension HTTP2ClientTransport.Posix.TransportSecurity {
    init(_ endpoint: EtcdEndpoint, _ configuration: EtcdConfiguration) throws(EtcdError) {
        guard configuration.usesTLS(endpoint) else {
            self = .plaintext
            return
        }
        var tls = HTTP2ClientTransport.Posix.TransportSecurity.TLS.defaults
        if let authorities = configuration.tls?.authorities {
            tls.trustRoots = .certificates([.file(path: authorities, format: .pem)])
        }
        switch (configuration.tls?.certificate, configuration.tls?.privateKey) {
        case (let certificate?, let key?):
            tls.certificateChain = [.file(path: certificate, format: .pem)]
            tls.privateKey = .file(path: key, format: .pem)
        case (nil, nil): break
        default:
            throw EtcdError(
                .invalidTLS, "a client certificate needs its private key, and a key its certificate; name both")
        }
        self = .tls(tls)
    }
}
