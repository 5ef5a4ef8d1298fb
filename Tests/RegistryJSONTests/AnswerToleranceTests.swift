import RegistryJSON
import RegistryModel
import Testing

/// A client meets servers that are newer than itself, and answers that are none of ours.
@Suite struct AnswerToleranceTests {
    @Test func whatANewerServerAddsIsPassedOver() throws {
        let instance = try AnswerBody.instance(
            Array(
                #"""
                {"id": "a", "service_id": "n/s", "host": "h", "port": 1, "status": "PAUSED", "health": "WARNING",
                 "override": {"by": ["x"]}, "checks": [{"name": "c", "type": "icmp"}, {"name": "d", "type": "ttl", "new": 1}],
                 "created_at": "2026-03-01T12:30:45Z"}
                """#.utf8
            ).span)
        #expect(instance.health.state == .unknown)
        #expect(instance.spec.status == .outOfService)
        #expect(instance.spec.checks == [HealthCheck(name: "d", kind: .ttl)])
        #expect(!instance.isAvailable)

        let history = try AnswerBody.history(
            Array(#"{"records": [{"namespace": "n", "service": "s", "cause": "eclipse", "health": "WARNING"}]}"#.utf8)
                .span)
        #expect(history.elements.map(\.cause) == ["eclipse"])
        #expect(history.elements.first?.health == nil)
    }

    @Test func limitsOfRequestsAreNotThoseOfAnswers() throws {
        let tags = (0..<100).map { "\"\($0)\"" }.joined(separator: ",")
        let instance = try AnswerBody.instance(
            Array(#"{"id": "a", "service_id": "n/s", "host": "h", "port": 1, "tags": [\#(tags)]}"#.utf8).span)
        #expect(instance.spec.tags.count == 100)
    }

    @Test(arguments: [
        ("null", "null"), ("[]", "body is an array"), ("{}", "host is missing"), (#"{"id": 1}"#, "id is a number"),
        ("", "a value"),
        (#"{"id": "a", "host": "h", "port": 70000}"#, "port is 70000"),
        (#"{"id": "a", "host": "h"}"#, "port is missing"),
    ])
    func whatIsNoAnswerOfOursIsAnError(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try AnswerBody.instance(Array(text.utf8).span) }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func eachAnswerHasWhatItMustHave() {
        let empty = Array("{}".utf8)
        #expect(throws: JSONError.self) { try AnswerBody.discover(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.service(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.instanceAnswer(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.batch(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.services(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.history(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.health(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.serviceHealth(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.selection(empty.span) }
        #expect(throws: JSONError.self) { try AnswerBody.problem(empty.span) }
        for name in ["snapshot", "change", "gap", "synced"] {
            #expect(throws: JSONError.self) { try AnswerBody.watchEvent(name, empty.span) }
        }
    }
}
