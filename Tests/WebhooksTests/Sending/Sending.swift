import NIOCore
import NIOPosix
import NIOSSL
import Outbound
import RegistryCatalog
import RegistryModel
import Testing

@testable import Webhooks

/// What the tests of sending have in common.
enum Sending {
    static let key = [UInt8](0..<32)
    static let ok = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"

    static func sender(
        deny: [String] = [], timeout: TimeSpan = .seconds(20), trust: NIOSSLTrustRoots = .default
    ) throws -> HTTPWebhookSender {
        try HTTPWebhookSender(
            policy: OutboundPolicy(deny: deny.compactMap { OutboundRule($0) }, listensOnLoopbackAlone: true),
            settings: WebhookSettings(timeout: timeout), clock: SystemClock(), version: "1.2.3", trust: trust)
    }

    /// Runs `body` with a sender whose names are looked up by `lookUp`, two at once.
    static func withSender(
        timeout: TimeSpan = .seconds(20), lookUp: @escaping NameResolver.Lookup,
        _ body: (HTTPWebhookSender) async throws -> Void
    ) async throws {
        let resolver = NameResolver(
            group: MultiThreadedEventLoopGroup.singleton, threads: 2, mostNames: 10, lookUp: lookUp)
        defer { resolver.shutDown() }
        try await body(
            HTTPWebhookSender(
                policy: OutboundPolicy(listensOnLoopbackAlone: true), settings: WebhookSettings(timeout: timeout),
                clock: SystemClock(), version: "1.2.3", trust: .default, resolver: resolver))
    }

    static func message(_ url: String, body: String = "{\"a\":1}") throws -> WebhookMessage {
        let halves = [body.prefix(3), body.dropFirst(3)].map { ByteBuffer(substring: $0) }
        return WebhookMessage(id: "s.7", callback: try CallbackURL(url), key: Self.key, body: halves)
    }
}

/// Waits for a condition that has to come about.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("It did not come about that \(what).", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
