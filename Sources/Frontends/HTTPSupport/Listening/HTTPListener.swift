public import HummingbirdCore
public import Logging
public import NIOCore
import NIOPosix
import RegistryModel
public import ServiceLifecycle

/// Listens on one address and gives each request to a responder; stops gracefully within a bound.
///
/// On a graceful stop it accepts no more, closes idle connections, and lets what runs come to its end.
public struct HTTPListener: ServiceLifecycle.Service {
    public typealias Responder = HTTPChannelHandler.Responder

    private let configuration: ListenerConfiguration
    private let channel: HTTPChannel
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let isListening: @Sendable (SocketAddress) -> Void

    /// - Parameters:
    ///   - connections: counts the connections that are open.
    ///   - eventLoopGroup: nil for the one that the process shares.
    ///   - makeDirectHandler: makes a connection's handler of HTTP/1.1 parts that answers some requests on the event loop.
    ///   - isListening: told the address once requests are accepted; with port 0 it has the port that the system chose.
    public init(
        configuration: ListenerConfiguration, connections: Gauge, logger: Logger,
        eventLoopGroup: (any EventLoopGroup)? = nil,
        makeDirectHandler: (@Sendable () -> any ChannelHandler)? = nil,
        isListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }, responder: @escaping Responder
    ) {
        self.configuration = configuration
        self.channel = HTTPChannel(
            responder: responder, configuration: configuration, connections: connections,
            makeDirectHandler: makeDirectHandler)
        self.eventLoopGroup = eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
        self.logger = logger
        self.isListening = isListening
    }

    /// Throws ``ListenError`` when the address cannot be listened on.
    public func run() async throws {
        do {
            try await self.serve()
        } catch let error as IOError {
            throw ListenError(self.configuration, error)
        }
    }

    private func serve() async throws {
        let server = self.channel.server(
            configuration: self.serverConfiguration,
            onServerRunning: { if let address = $0.localAddress { self.isListening(address) } },
            eventLoopGroup: self.eventLoopGroup, logger: self.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await self.boundStop() }
            // Whichever ends first ends the other: the server when it has stopped, or the bound when it took too long.
            try await group.next()
            group.cancelAll()
        }
    }

    private var serverConfiguration: ServerConfiguration {
        ServerConfiguration(
            address: .hostname(self.configuration.host, port: self.configuration.port),
            backlog: self.configuration.backlog,
            availableConnectionsDelegate: .maximum(self.configuration.maximumConnections, logger: self.logger))
    }

    /// Returns when a graceful stop has taken as long as it may.
    private func boundStop() async throws {
        do {
            try await gracefulShutdown()
            try await Task.sleep(for: self.configuration.stopTimeLimit.duration)
        } catch is CancellationError {
            return
        }
        self.logger.warning(
            "Requests still run after the time that a graceful stop may take; they are cancelled.",
            metadata: ["limit": "\(self.configuration.stopTimeLimit)"])
    }
}
