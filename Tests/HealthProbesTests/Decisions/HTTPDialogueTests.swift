import NIOCore
import NIOHTTP1
import RegistryHealth
import RegistryModel
import Testing

@testable import HealthProbes

struct HTTPDialogueTests {
    private static func question(_ probe: HealthCheck.Probe, isReused: Bool = false) -> ProbeQuestion {
        ProbeQuestion(
            target: ProbeTarget(host: "::1", port: 80, kind: .http, probe: probe), isOverTLS: false, mayKeep: true,
            isReused: isReused, timeLeft: .seconds(1))
    }

    private static func head(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:]) -> HTTPClientResponsePart {
        .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))
    }

    private static func body(_ text: String) -> HTTPClientResponsePart { .body(ByteBuffer(string: text)) }

    private func answer(
        _ parts: [HTTPClientResponsePart], to probe: HealthCheck.Probe
    ) throws -> ProbeAnswer? {
        var dialogue = HTTPDialogue()
        _ = try dialogue.ask(Self.question(probe))
        var answer: ProbeAnswer?
        for part in parts {
            #expect(answer == nil)
            answer = try dialogue.hear(part).answer
        }
        return answer
    }

    @Test(arguments: [
        ("all well", true), ("all", true), ("well", true), ("l w", true), ("all wrong", false), ("wella", false),
        ("all well, and more", false), ("x", false),
    ])
    func looksForTheText(text: String, isThere: Bool) throws {
        let parts = [Self.head(.ok), Self.body("all "), Self.body("we"), Self.body("ll"), .end(nil)]
        let answer = try #require(try self.answer(parts, to: HealthCheck.Probe(bodyContains: text)))
        #expect((answer.outcome.failure == nil) == isThere, "\(answer)")
        #expect(answer.mayKeep)
    }

    @Test func asksTheHostByItsName() throws {
        var dialogue = HTTPDialogue()
        let parts = try dialogue.ask(Self.question(HealthCheck.Probe(path: "/up")))
        guard case .head(let head) = parts[0] else {
            Issue.record("no head")
            return
        }
        #expect(head.uri == "/up" && head.headers["host"] == ["[::1]"])
    }

    @Test func whatIsSaidUnaskedEndsTheConnection() throws {
        var dialogue = HTTPDialogue()
        #expect(try dialogue.hear(Self.head(.ok)).closes)
    }

    @Test func aStatusThatDoesNotPassIsKnownBeforeTheEnd() throws {
        var dialogue = HTTPDialogue()
        _ = try dialogue.ask(Self.question(HealthCheck.Probe()))
        #expect(dialogue.outcomeSoFar == nil)
        _ = try dialogue.hear(Self.head(.serviceUnavailable))
        #expect(dialogue.outcomeSoFar?.outcome == ProbeOutcome(failure: .rejected, detail: "HTTP 503"))
        #expect(dialogue.outcomeSoFar?.mayKeep == false)
        _ = try dialogue.ask(Self.question(HealthCheck.Probe()))
        #expect(dialogue.outcomeSoFar == nil)
        _ = try dialogue.hear(Self.head(.ok))
        #expect(dialogue.outcomeSoFar == nil)
    }
}
