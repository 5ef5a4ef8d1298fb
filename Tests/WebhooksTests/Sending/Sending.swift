import NIOCore
import NIOSSL
import RegistryCatalog
import RegistryModel

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

    static func message(_ url: String, body: String = "{\"a\":1}") throws -> WebhookMessage {
        let halves = [body.prefix(3), body.dropFirst(3)].map { ByteBuffer(substring: $0) }
        return WebhookMessage(id: "s.7", callback: try CallbackURL(url), key: Self.key, body: halves)
    }
}
