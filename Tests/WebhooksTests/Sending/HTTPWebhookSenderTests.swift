import NIOCore
import RegistryCatalog
import RegistryModel
import Testing

@testable import Webhooks

@Suite("Deliveries over a socket", .serialized)
struct HTTPWebhookSenderTests {
    @Test func aDeliveryIsASignedPostOfJSON() async throws {
        try await Receiver.run(.answer(Sending.ok)) { receiver in
            let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(receiver.port)/hook?x=1"))
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
                key: Sending.key, id: "s.7", seconds: seconds, body: [ByteBuffer(string: "{\"a\":1}")])
            #expect(fields["webhook-signature"] == expected)
        }
    }

    @Test func aNameIsResolvedAndSaidAsTheHost() async throws {
        try await Receiver.run(.answer(Sending.ok)) { receiver in
            let outcome = try await Sending.sender().send(Sending.message("http://LocalHost:\(receiver.port)"))
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
            let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == kind)
            #expect(outcome.error.isEmpty == (kind == .taken))
            #expect(kind == .taken || outcome.error.contains("\(status)"))
            #expect(!outcome.error.contains("psst"), "what a receiver says is not shown")
        }
    }

    @Test func anInformationalAnswerIsNoneYet() async throws {
        try await Receiver.run(.answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Sending.ok)) { receiver in
            let outcome = try await Sending.sender().send(Sending.message("http://127.0.0.1:\(receiver.port)/"))
            #expect(outcome.kind == .taken)
        }
    }
}
