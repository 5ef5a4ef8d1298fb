import NIOCore
import NIOHTTP1
import NIOPosix
public import NIOSSL
import Outbound
public import RegistryCatalog
public import RegistryModel
import Synchronization

/// Sends deliveries as HTTP/1.1 `POST`s, each on a connection of its own.
///
/// A name is looked up once, every address it has is held against the outbound policy, and one that passes is dialled itself. Nothing
/// leads around that: redirects are not followed, and no proxy is asked.
public struct HTTPWebhookSender: WebhookSender {
    private let policy: OutboundPolicy
    private let settings: WebhookSettings
    private let clock: any RegistryClock
    private let agent: String
    private let resolver: NameResolver
    private let tls: NIOSSLContext

    /// Of all senders of this process, and never shut down, as a look-up that hangs cannot be waited for.
    private static let resolver = NameResolver(
        group: MultiThreadedEventLoopGroup.singleton, threads: WebhookSettings.lookUps,
        mostNames: WebhookSettings.mostNames)

    /// - Parameters:
    ///   - version: of this program, for `User-Agent`.
    ///   - trust: what certificates are held against; the system's by default.
    /// - Throws: when the system's TLS cannot be set up.
    public init(
        policy: OutboundPolicy, settings: WebhookSettings, clock: any RegistryClock, version: String,
        trust: NIOSSLTrustRoots = .default
    ) throws {
        try self.init(
            policy: policy, settings: settings, clock: clock, version: version, trust: trust, resolver: Self.resolver)
    }

    init(
        policy: OutboundPolicy, settings: WebhookSettings, clock: any RegistryClock, version: String,
        trust: NIOSSLTrustRoots, resolver: NameResolver
    ) throws {
        self.resolver = resolver
        self.policy = policy
        self.settings = settings
        self.clock = clock
        self.agent = "rollcall/\(version)"
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = trust
        self.tls = try NIOSSLContext(configuration: configuration)
    }

    public func send(_ message: WebhookMessage) async -> DeliveryOutcome {
        let limit = self.settings.timeout
        return await withTaskGroup(of: DeliveryOutcome?.self) { group in
            group.addTask { await self.deliver(message) }
            group.addTask { [clock] in
                try? await clock.sleep(for: limit)
                return nil
            }
            var outcome = await group.next().flatMap { $0 }
            group.cancelAll()
            // What has been answered counts, even if the rest of it did not come in time.
            if outcome == nil, let late = await group.next().flatMap({ $0 }), late.kind.isAnswer { outcome = late }
            return outcome ?? DeliveryOutcome(.timeout, "The receiver did not answer within \(limit).")
        }
    }

    private func deliver(_ message: WebhookMessage) async -> DeliveryOutcome {
        let addresses: [SocketAddress]
        do {
            addresses = try await self.addresses(of: message.callback)
        } catch {
            return error.outcome
        }
        var fault = ExchangeFault.refused
        for address in addresses {
            switch await self.exchange(message, with: address, of: addresses.count) {
            case .success(let status): return DeliveryOutcome(status: status)
            case .failure(let other): fault = other
            }
            // Only where nobody was reached is another address tried: else it might be delivered twice.
            guard fault == .refused, !Task.isCancelled else { break }
        }
        return fault.outcome
    }

    /// Why there is nothing to dial.
    private struct NoAddress: Error {
        let outcome: DeliveryOutcome
    }

    /// The addresses to dial, at least one.
    private func addresses(of callback: CallbackURL) async throws(NoAddress) -> [SocketAddress] {
        let host = callback.host
        if let fault = self.policy.fault(host: host) { throw NoAddress(outcome: DeliveryOutcome(.forbidden, fault)) }
        let found: [IPAddress]
        do {
            found = if let address = IPAddress(host) { [address] } else { try await self.resolver.addresses(of: host) }
        } catch {
            throw NoAddress(outcome: DeliveryOutcome(error, of: host))
        }
        var forbidden = ""
        var allowed: [SocketAddress] = []
        for address in found {
            if let fault = self.policy.fault(address: address, host: host) {
                forbidden = fault
            } else if let dialled = try? SocketAddress(
                packedIPAddress: ByteBuffer(bytes: address.bytes), port: Int(callback.port))
            {
                allowed.append(dialled)
            }
        }
        guard !allowed.isEmpty else { throw NoAddress(outcome: DeliveryOutcome(.forbidden, forbidden)) }
        return Array(allowed.prefix(WebhookSettings.addressLimit))
    }

    /// - Parameter count: addresses that share the time for connecting.
    private func exchange(
        _ message: WebhookMessage, with address: SocketAddress, of count: Int
    ) async -> Result<Int, ExchangeFault> {
        let answer = Once<Result<Int, ExchangeFault>>()
        let exchange = Exchange(
            head: self.head(of: message), body: message.body, tls: message.callback.isSecure ? self.tls : nil,
            host: message.callback.host, answer: answer)
        let connectTime = TimeAmount.milliseconds(self.settings.timeout.milliseconds / Int64(count))
        let connection = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(connectTime)
            .channelInitializer { exchange.initialize($0) }
            .connect(to: address)
        connection.whenSuccess { _ in exchange.isConnected.store(true, ordering: .releasing) }
        connection.whenFailure { answer.give(.failure($0 is ExchangeFault ? ExchangeFault($0) : .refused)) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { answer.expect($0) }
        } onCancel: {
            // Closed, a connection tells what it knows; one that is not made yet is not waited for.
            if !exchange.isConnected.load(ordering: .acquiring) { answer.give(.failure(.timedOut)) }
            connection.whenSuccess { $0.close(promise: nil) }
        }
    }

    private func head(of message: WebhookMessage) -> HTTPRequestHead {
        let seconds = self.clock.wallTime.milliseconds / 1_000
        let length = message.body.reduce(0) { $0 + $1.readableBytes }
        let signature = Signature.value(key: message.key, id: message.id, seconds: seconds, body: message.body)
        let headers: HTTPHeaders = [
            "host": message.callback.authority, "content-type": "application/json", "content-length": "\(length)",
            "user-agent": self.agent, "connection": "close", "webhook-id": message.id,
            "webhook-timestamp": "\(seconds)", "webhook-signature": signature,
        ]
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: message.callback.target, headers: headers)
    }
}
