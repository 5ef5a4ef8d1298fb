import NIOCore
import NIOPosix
import NIOSSL
import RegistryModel
import Synchronization

/// Opens connections.
final class RedisDialer: Sendable {
    private let configuration: RedisConfiguration
    private let group: any EventLoopGroup
    private let tls: NIOSSLContext?
    private let lastID = Atomic<Int>(0)

    /// Throws `insecure` when TLS cannot be set up.
    init(_ configuration: RedisConfiguration, group: any EventLoopGroup) throws(RedisError) {
        self.configuration = configuration
        self.group = group
        guard let tls = configuration.tls else {
            self.tls = nil
            return
        }
        var settings = TLSConfiguration.makeClientConfiguration()
        do {
            if let authorities = tls.authorities {
                settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
            }
            self.tls = try NIOSSLContext(configuration: settings)
        } catch {
            throw RedisError(.insecure, "TLS cannot be set up: \(error)")
        }
    }

    /// A connection that may be used. The future fails with a ``RedisError``, after twice the timeout at the latest.
    func dial() -> EventLoopFuture<RedisConnection> {
        let timeout = TimeAmount.milliseconds(self.configuration.timeout.milliseconds)
        let id = self.lastID.add(1, ordering: .relaxed).newValue
        let commands = self.greeting
        let end = ConnectionEnd()
        return ClientBootstrap(group: self.group)
            .connectTimeout(timeout)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.configure(channel, end) }
            }
            .connect(host: self.configuration.host, port: self.configuration.port)
            .flatMapErrorThrowing { throw RedisError(connecting: $0) }
            .flatMap { channel in
                let connection = RedisConnection(id: id, channel: channel, end: end)
                return connection.send(commands, until: .now() + timeout)
                    .flatMapThrowing { replies in
                        try Self.check(replies, of: commands)
                        return connection
                    }
                    .flatMapErrorThrowing { error in
                        channel.close(promise: nil)
                        throw error
                    }
            }
    }

    private func configure(_ channel: any Channel, _ end: ConnectionEnd) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            // An address is held against the certificate by itself; only names are told to the server.
            let name = IPAddress(self.configuration.host) == nil ? self.configuration.host : nil
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
        }
        try pipeline.addHandler(RedisChannelHandler(end))
    }

    /// What a connection begins with. The last one shows that it may be used, also where no password was given.
    private var greeting: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let credentials = self.configuration.credentials {
            commands.append(
                credentials.username.isEmpty
                    ? RedisCommand("AUTH", .text(credentials.password))
                    : RedisCommand("AUTH", .text(credentials.username), .text(credentials.password)))
        }
        if self.configuration.database != 0 {
            commands.append(RedisCommand("SELECT", "\(self.configuration.database)"))
        }
        return commands + [RedisCommand("PING")]
    }

    private static func check(_ replies: [RESPValue], of commands: [RedisCommand]) throws(RedisError) {
        for (reply, command) in zip(replies, commands) {
            if case .error(let text) = reply {
                throw RedisError(reply: text, isSecret: command.arguments.first == "AUTH")
            }
        }
        guard replies.last == .text("PONG") else {
            throw RedisError(.unexpectedAnswer, "it did not answer PING as Redis does")
        }
    }
}

extension RedisError {
    /// What kept a connection from being opened.
    fileprivate init(connecting error: any Error) {
        guard let error = error as? NIOConnectionError else {
            self.init(error)
            return
        }
        if let fault = error.dnsAError ?? error.dnsAAAAError, error.connectionErrors.isEmpty {
            self.init(.unavailable, "its name was not found: \(fault)")
        } else {
            let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "no address was tried"
            self.init(.unavailable, "no connection: \(reason)")
        }
    }
}
