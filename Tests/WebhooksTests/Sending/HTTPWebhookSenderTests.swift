import NIOCore
import NIOSSL
import RegistryCatalog
import RegistryModel
import RegistryTestKit
import Testing

@testable import Webhooks

@Suite("Deliveries over a socket", .serialized)
struct HTTPWebhookSenderTests {
    private static let key = [UInt8](0..<32)
    private static let ok = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"

    private func sender(
        deny: [String] = [], timeout: TimeSpan = .seconds(20), trust: NIOSSLTrustRoots = .default
    ) throws -> HTTPWebhookSender {
        try HTTPWebhookSender(
            policy: OutboundPolicy(deny: deny.compactMap { OutboundRule($0) }, listensOnLoopbackAlone: true),
            settings: WebhookSettings(timeout: timeout), clock: SystemClock(), version: "1.2.3", trust: trust)
    }

    private func message(_ url: String, body: String = "{\"a\":1}") throws -> WebhookMessage {
        let halves = [body.prefix(3), body.dropFirst(3)].map { ByteBuffer(substring: $0) }
        return WebhookMessage(id: "s.7", callback: try CallbackURL(url), key: Self.key, body: halves)
    }

    @Test func aDeliveryIsASignedPostOfJSON() async throws {
        try await Receiver.run(.answer(Self.ok)) { receiver in
            let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(receiver.port)/hook?x=1"))
            #expect(outcome == DeliveryOutcome(.taken))
            let lines = receiver.text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.first == "POST /hook?x=1 HTTP/1.1")
            #expect(lines.last == "{\"a\":1}")
            var fields: [String: String] = [:]
            for line in lines.dropFirst() where line.contains(": ") {
                let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                #expect(fields.updateValue(parts[1], forKey: parts[0].lowercased()) == nil, "\(parts[0]) twice")
            }
            #expect(fields["host"] == "127.0.0.1:\(receiver.port)")
            #expect(fields["content-type"] == "application/json")
            #expect(fields["content-length"] == "7")
            #expect(fields["user-agent"] == "rollcall/1.2.3")
            #expect(fields["webhook-id"] == "s.7")
            let seconds = try #require(fields["webhook-timestamp"].flatMap { Int64($0) })
            #expect(abs(SystemClock().wallTime.milliseconds / 1_000 - seconds) < 60)
            let expected = Signature.value(
                key: Self.key, id: "s.7", seconds: seconds, body: [ByteBuffer(string: "{\"a\":1}")])
            #expect(fields["webhook-signature"] == expected)
        }
    }

    @Test func aNameIsResolvedAndSaidAsTheHost() async throws {
        try await Receiver.run(.answer(Self.ok)) { receiver in
            let outcome = try await self.sender().send(self.message("http://LocalHost:\(receiver.port)"))
            #expect(outcome == DeliveryOutcome(.taken))
            #expect(receiver.text.contains("host: localhost:\(receiver.port)\r\n"))
            #expect(receiver.text.hasPrefix("POST / HTTP/1.1\r\n"))
        }
    }

    @Test(arguments: [
        (200, DeliveryOutcome.Kind.taken), (202, .taken), (299, .taken), (301, .redirected), (302, .redirected),
        (303, .redirected), (304, .redirected), (307, .redirected), (308, .redirected), (400, .refused),
        (404, .refused), (410, .gone), (429, .refused), (500, .refused), (503, .refused), (101, .refused),
    ])
    func onlyStatus2xxConfirms(_ status: Int, _ kind: DeliveryOutcome.Kind) async throws {
        try await Receiver.run(.answer("HTTP/1.1 \(status) X\r\nContent-Length: 6\r\n\r\npsst! ")) { receiver in
            let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == kind)
            #expect(outcome.error.isEmpty == (kind == .taken))
            #expect(kind == .taken || outcome.error.contains("\(status)"))
            #expect(!outcome.error.contains("psst"), "what a receiver says is not shown")
        }
    }

    @Test func anInformationalAnswerIsNoneYet() async throws {
        try await Receiver.run(.answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Self.ok)) { receiver in
            let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .taken)
        }
    }

    // MARK: The outbound policy

    @Test func aForbiddenAddressSeesNoConnection() async throws {
        try await Receiver.run(.answer(Self.ok), host: "127.66.0.1") { receiver in
            let sender = try self.sender(deny: ["127.66.0.0/16"])
            for host in ["127.66.0.1", "[::ffff:127.66.0.1]", "[::ffff:7f42:1]"] {
                let outcome = try await sender.send(self.message("http://\(host):\(receiver.port)/"))
                #expect(outcome.kind == .forbidden, "\(host): \(outcome)")
                #expect(outcome.error.contains("outbound.deny"))
            }
            #expect(receiver.connections == 0)
            let control = try await self.sender().send(self.message("http://127.66.0.1:\(receiver.port)/"))
            #expect(control.kind == .taken, "where it is not forbidden it is reached, so this test can fail")
            #expect(receiver.connections == 1)
        }
    }

    @Test func aNameThatLeadsToAForbiddenAddressSeesNoConnection() async throws {
        try await Receiver.run(.answer(Self.ok)) { receiver in
            let sender = try self.sender(deny: ["127.0.0.0/8", "::1"])
            // A name with every address forbidden, and one that only the resolver reads as an address.
            for host in ["localhost", "0x7f.0.0.1", "0x7f000001"] {
                let outcome = try await sender.send(self.message("http://\(host):\(receiver.port)/"))
                #expect([.forbidden, .unreachable].contains(outcome.kind), "\(host): \(outcome)")
            }
            let outcome = try await sender.send(self.message("http://localhost:\(receiver.port)/"))
            #expect(outcome.kind == .forbidden)
            #expect(receiver.connections == 0)
        }
    }

    @Test func aRedirectToAForbiddenAddressIsNotFollowed() async throws {
        try await Receiver.run(.answer(Self.ok), host: "127.66.0.1") { forbidden in
            let location = "http://127.66.0.1:\(forbidden.port)/"
            for status in [301, 302, 303, 307, 308] {
                let answer = "HTTP/1.1 \(status) Go\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
                try await Receiver.run(.answer(answer)) { receiver in
                    let outcome = try await self.sender(deny: ["127.66.0.0/16"])
                        .send(self.message("http://127.0.0.1:\(receiver.port)/"))
                    #expect(outcome.kind == .redirected)
                    #expect(outcome.error.contains("redirects are not followed"))
                }
            }
            #expect(forbidden.connections == 0)
        }
    }

    // MARK: Receivers that misbehave

    @Test func nobodyThereIsUnreachable() async throws {
        var port = 0
        try await Receiver.run(.hang) { port = $0.port }
        let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(port)/"))
        #expect(outcome.kind == .unreachable)
        let nowhere = try await self.sender().send(self.message("http://no-such-name.invalid/"))
        #expect(nowhere.kind == .unreachable)
        #expect(nowhere.error.contains("no address"))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nX-Slow: "]) func whoHangsIsATimeout(_ beginning: String) async throws {
        try await Receiver.run(beginning.isEmpty ? .hang : .answerAndStay(beginning)) { receiver in
            let start = ContinuousClock.now
            let outcome = try await self.sender(timeout: .milliseconds(300))
                .send(self.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .timeout)
            #expect(outcome.error.contains("300ms"))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test(arguments: [TimeSpan.milliseconds(300), .seconds(20)])
    func theStatusCountsThoughTheRestDoesNotComeAndNoConnectionIsLeft(_ timeout: TimeSpan) async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthat is all"
        try await Receiver.run(.answerAndStay(answer)) { receiver in
            let start = ContinuousClock.now
            let outcome = try await self.sender(timeout: timeout)
                .send(self.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .taken)
            #expect(ContinuousClock.now - start < .seconds(15))
            let deadline = ContinuousClock.now + .seconds(60)
            while receiver.closed == 0, ContinuousClock.now < deadline { await Task.yield() }
            #expect(receiver.closed == 1)
        }
    }

    @Test func whoClosesOrSpeaksNoHTTPIsUnreachable() async throws {
        for behaviour: Receiver.Behaviour in [.close, .answer("SSH-2.0-x\r\n"), .answer("HTTP/1.1 200 OK\r\n")] {
            try await Receiver.run(behaviour) { receiver in
                let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(receiver.port)/"))
                #expect(outcome.kind == .unreachable, "\(behaviour): \(outcome)")
            }
        }
    }

    @Test func anEndlessBodyIsNotReadAndTheStatusCounts() async throws {
        for (status, kind) in [(200, DeliveryOutcome.Kind.taken), (500, .refused)] {
            let head = "HTTP/1.1 \(status) X\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunk = "10\r\n0123456789abcdef\r\n"
            try await Receiver.run(.flood(head, chunk)) { receiver in
                let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(receiver.port)/"))
                #expect(outcome.kind == kind)
                let deadline = ContinuousClock.now + .seconds(60)
                while receiver.closed == 0, ContinuousClock.now < deadline { await Task.yield() }
                #expect(receiver.closed == 1)
                // It is closed on after 64 KiB; what was written beyond that lay in the sockets.
                #expect(receiver.written < 32 << 20)
            }
        }
    }

    @Test func anEndlessHeadEndsTheConnection() async throws {
        try await Receiver.run(.flood("HTTP/1.1 200 OK\r\n", "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")) {
            receiver in
            let outcome = try await self.sender().send(self.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .unreachable, "\(outcome)")
        }
    }

    @Test func aCancelledDeliveryEndsSoon() async throws {
        try await Receiver.run(.hang) { receiver in
            let message = try self.message("http://127.0.0.1:\(receiver.port)/")
            let sender = try self.sender(timeout: .hours(1))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await sender.send(message) }
                while receiver.text.isEmpty { await Task.yield() }
                group.cancelAll()
            }
        }
    }

    // MARK: TLS

    @Test func aCertificateThatNobodyTrustsIsRefusedAndOneThatIsTrustedIsTaken() async throws {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
        try await Receiver.run(.answer(Self.ok), tls: tls) { receiver in
            let stranger = try await self.sender().send(self.message("https://localhost:\(receiver.port)/"))
            #expect(stranger.kind == .unreachable)
            #expect(stranger.error.contains("TLS"))
            #expect(receiver.text.isEmpty, "nothing is told to a stranger")
            let trusting = try self.sender(trust: .certificates([certificate]))
            #expect(try await trusting.send(self.message("https://localhost:\(receiver.port)/")).kind == .taken)
            #expect(try await trusting.send(self.message("https://127.0.0.1:\(receiver.port)/")).kind == .taken)
            let other = try await trusting.send(self.message("https://127.0.0.2:\(receiver.port)/"))
            #expect(other.kind == .unreachable, "the certificate is not for that address, and nobody listens there")
        }
        try await Receiver.run(.answer(Self.ok), host: "127.0.0.2", tls: tls) { receiver in
            let trusting = try self.sender(trust: .certificates([certificate]))
            let other = try await trusting.send(self.message("https://127.0.0.2:\(receiver.port)/"))
            #expect(other.kind == .unreachable, "\(other)")
            #expect(other.error.contains("TLS"))
        }
    }
}
