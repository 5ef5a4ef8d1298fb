import NIOSSL
import Testing

@testable import Webhooks

@Suite("Deliveries go only where they may", .serialized)
struct OutboundTests {
    @Test func aForbiddenAddressSeesNoConnection() async throws {
        try await Receiver.run(.answer(Sending.ok), host: "127.66.0.1") { receiver in
            let sender = try Sending.sender(deny: ["127.66.0.0/16"])
            for host in ["127.66.0.1", "[::ffff:127.66.0.1]", "[::ffff:7f42:1]"] {
                let outcome = try await sender.send(Sending.message("http://\(host):\(receiver.port)/"))
                #expect(outcome.kind == .forbidden, "\(host): \(outcome)")
                #expect(outcome.error.contains("outbound.deny"))
            }
            #expect(receiver.connections == 0)
            let control = try await Sending.sender().send(Sending.message("http://127.66.0.1:\(receiver.port)/"))
            #expect(control.kind == .taken, "where it is not forbidden it is reached, so this test can fail")
            #expect(receiver.connections == 1)
        }
    }

    @Test func aNameThatLeadsToAForbiddenAddressSeesNoConnection() async throws {
        try await Receiver.run(.answer(Sending.ok)) { receiver in
            let sender = try Sending.sender(deny: ["127.0.0.0/8", "::1"])
            // A name with every address forbidden, and one that only the resolver reads as an address.
            for host in ["localhost", "0x7f.0.0.1", "0x7f000001"] {
                let outcome = try await sender.send(Sending.message("http://\(host):\(receiver.port)/"))
                #expect([.forbidden, .unreachable].contains(outcome.kind), "\(host): \(outcome)")
            }
            let outcome = try await sender.send(Sending.message("http://localhost:\(receiver.port)/"))
            #expect(outcome.kind == .forbidden)
            #expect(receiver.connections == 0)
        }
    }

    @Test func aRedirectToAForbiddenAddressIsNotFollowed() async throws {
        try await Receiver.run(.answer(Sending.ok), host: "127.66.0.1") { forbidden in
            let location = "http://127.66.0.1:\(forbidden.port)/"
            for status in [301, 302, 303, 307, 308] {
                let answer = "HTTP/1.1 \(status) Go\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
                try await Receiver.run(.answer(answer)) { receiver in
                    let outcome = try await Sending.sender(deny: ["127.66.0.0/16"])
                        .send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
                    #expect(outcome.kind == .redirected)
                    #expect(outcome.error.contains("redirects are not followed"))
                }
            }
            #expect(forbidden.connections == 0)
        }
    }

    @Test func aCertificateThatNobodyTrustsIsRefusedAndOneThatIsTrustedIsTaken() async throws {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
        try await Receiver.run(.answer(Sending.ok), tls: tls) { receiver in
            let stranger = try await Sending.sender().send(Sending.message("https://localhost:\(receiver.port)/"))
            #expect(stranger.kind == .unreachable)
            #expect(stranger.error.contains("TLS"))
            #expect(receiver.text.isEmpty, "nothing is told to a stranger")
            let trusting = try Sending.sender(trust: .certificates([certificate]))
            #expect(try await trusting.send(Sending.message("https://localhost:\(receiver.port)/")).kind == .taken)
            #expect(try await trusting.send(Sending.message("https://127.0.0.1:\(receiver.port)/")).kind == .taken)
            let other = try await trusting.send(Sending.message("https://127.0.0.2:\(receiver.port)/"))
            #expect(other.kind == .unreachable, "the certificate is not for that address, and nobody listens there")
        }
        try await Receiver.run(.answer(Sending.ok), host: "127.0.0.2", tls: tls) { receiver in
            let trusting = try Sending.sender(trust: .certificates([certificate]))
            let other = try await trusting.send(Sending.message("https://127.0.0.2:\(receiver.port)/"))
            #expect(other.kind == .unreachable, "\(other)")
            #expect(other.error.contains("TLS"))
        }
    }
}
