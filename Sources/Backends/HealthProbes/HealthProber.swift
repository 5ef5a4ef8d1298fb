import NIOCore
public import NIOPosix
import Outbound
public import RegistryHealth
public import RegistryModel

/// Makes checks over the network: HTTP/1.1, TCP connect and gRPC health v1, plain or over TLS.
///
/// The timeout covers all of it: looking the name up, connecting, TLS, and the whole answer. What is open then is closed. Connections are
/// kept between checks of the same target as far as there is room. Time is the event loops': it is the sockets that are waited for.
public final class HealthProber: Prober, Sendable {
    public struct Configuration: Sendable {
        /// Where probes may go.
        public var policy: OutboundPolicy
        /// Connections at once, of all kinds together.
        public var maxConnections = 2_000
        /// A PEM file with authorities that are trusted besides those of the system; empty: none.
        public var tlsCAFile = ""
        /// How long a connection is kept unused: less than servers commonly wait before they close one. 50 s.
        public var idleTimeout = TimeSpan.seconds(50)

        public init(policy: OutboundPolicy) { self.policy = policy }
    }

    private let policy: OutboundPolicy
    private let resolver: NameResolver
    private let connections: ConnectionPool

    /// - Parameter group: the event loops that connections are spread over.
    /// - Throws: what TLS says of `tlsCAFile`.
    public convenience init(
        _ configuration: Configuration, group: MultiThreadedEventLoopGroup = .singleton
    ) throws {
        try self.init(configuration, group: group, lookUp: AddressLookup.addresses)
    }

    init(
        _ configuration: Configuration, group: MultiThreadedEventLoopGroup, lookUp: @escaping NameResolver.Lookup
    ) throws {
        self.policy = configuration.policy
        self.resolver = NameResolver(
            group: group, threads: Self.lookUps, mostNames: Self.mostNames, lookUp: lookUp)
        let dialer = Dialer(
            group: group, security: try ProbeSecurity(authorities: configuration.tlsCAFile),
            idleTimeout: configuration.idleTimeout)
        self.connections = ConnectionPool(limit: configuration.maxConnections, group: group, dialer: dialer)
    }

    /// Closes what is open. Probes that run come to an end, and later ones find no connection.
    public func shutDown() async {
        self.resolver.shutDown()
        await self.connections.shutDown()
    }

    /// The connections that are open, being opened or being closed.
    public var openConnections: Int { self.connections.open }

    public func probe(_ target: ProbeTarget, timeout: TimeSpan) async -> ProbeOutcome {
        let attempt = ProbeAttempt(target: target, timeout: timeout)
        do throws(ProbeFault) {
            if let fault = self.policy.fault(host: target.host) { throw ProbeFault(.forbidden, fault) }
            var last = ProbeFault(.unreachable, "\(target.host) has no address")
            for address in try await self.addresses(of: target.host, for: attempt) {
                do throws(ProbeFault) {
                    return try await self.probe(attempt, at: address)
                } catch {
                    guard error.allowsAnotherAddress else { throw error }
                    last = error
                }
            }
            throw last
        } catch {
            return attempt.outcome(of: error)
        }
    }

    /// Names looked up at once.
    private static let lookUps = 8
    /// Names that are remembered, and as many that wait to be looked up.
    private static let mostNames = 16_384
    /// At most this many of a name's addresses are tried.
    private static let mostAddresses = 4

    /// The addresses that may be dialled.
    private func addresses(
        of host: String, for attempt: ProbeAttempt
    ) async throws(ProbeFault) -> ArraySlice<IPAddress> {
        if let address = IPAddress(host) { return [address] }
        let addresses: [IPAddress]
        do {
            addresses = try await self.resolver.addresses(of: host, until: attempt.deadline)
        } catch {
            throw Task.isCancelled ? .cancelled : ProbeFault(error)
        }
        let allowed = addresses.filter { self.policy.fault(address: $0, host: host) == nil }
        if allowed.isEmpty, let address = addresses.first, let fault = self.policy.fault(address: address, host: host) {
            throw ProbeFault(.forbidden, fault)
        }
        return allowed.prefix(Self.mostAddresses)
    }

    /// Asks over a connection that was kept, if there is one. Its target may have closed it meanwhile; that says nothing about the target, so
    /// it is asked again over a new one.
    private func probe(_ attempt: ProbeAttempt, at address: IPAddress) async throws(ProbeFault) -> ProbeOutcome {
        let endpoint = try Endpoint(attempt.target, at: address)
        do throws(ProbeFault) {
            return try await self.connections.ask(attempt, at: endpoint, mayReuse: true)
        } catch {
            guard error.isStale else { throw error }
            return try await self.connections.ask(attempt, at: endpoint, mayReuse: false)
        }
    }
}
