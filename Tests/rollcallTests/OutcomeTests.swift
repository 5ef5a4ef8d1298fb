import ArgumentParser
import RollcallClient
import Testing

@testable import rollcall

struct OutcomeTests {
    private func status(_ error: any Error) -> Int32 { Outcome(error).status }

    private func refused(_ status: Int) -> RollcallClientError {
        RollcallClientError(RollcallClientError.Problem(status: status, code: "x", detail: "Sentence."))
    }

    @Test func everyErrorHasItsStatus() {
        #expect(self.status(RollcallClientError(.unreachable, "")) == 3)
        #expect(self.status(RollcallClientError(.timeout, "")) == 3)
        #expect(self.status(RollcallClientError(.badConfiguration, "")) == 2)
        #expect(self.status(RollcallClientError(.badAnswer, "")) == 1)
        #expect(self.status(RollcallClientError(.cancelled, "")) == 1)
        #expect(self.status(self.refused(404)) == 4)
        for status in [400, 401, 403, 409, 412, 422, 429, 503] { #expect(self.status(self.refused(status)) == 1) }
        #expect(self.status(ValidationError("")) == 2)
        #expect(self.status(ExitCode(7)) == 7)
        #expect(self.status(CleanExit.message("")) == 0)
        #expect(self.status(ConsoleError("")) == 1)
    }

    @Test func everyErrorIsASentence() {
        #expect(Outcome(self.refused(409)).message == "Error: Sentence.")
        #expect(Outcome(ConsoleError("Sentence.")).message == "Error: Sentence.")
        #expect(Outcome(ExitCode(7)).message.isEmpty)
    }

    @Test func aFieldIsListedUnlessTheSentenceIsAboutIt() {
        func description(_ detail: String, _ fields: [FieldError]) -> String {
            RollcallClientError(
                RollcallClientError.Problem(status: 422, code: "invalid", detail: detail, fields: fields)
            ).description
        }
        let one = FieldError(field: "port", message: "is 0")
        let two = FieldError(field: "host", message: "is empty")
        #expect(description("port is 0.", [one]) == "port is 0.")
        #expect(
            description("2 fields are at fault.", [one, two]) == "2 fields are at fault.\n  port is 0\n  host is empty")
    }

    @Test(arguments: [
        ["register", "--service", "a", "--port", "1", "--metadata", "k=v=w", "--tag", "x", "--tag", "y"],
        ["discover", "a", "--version-range", ">=1 <2", "--metadata", "k=", "--health", "any", "--wait", "1h30m"],
        ["run", "--service", "a", "--port", "1", "--ttl", "10s", "--", "sleep", "--", "1"],
        ["serve", "--server-port", "1", "--insecure", "--config", "x.yaml"], ["history", "--order", "asc"],
        ["watch"], ["watch", "a", "b", "--index", "4"], ["heartbeat", "a", "b", "--status", "down"],
    ])
    func wellFormedCommandsAreRead(arguments: [String]) throws {
        _ = try RollcallCommand.parseAsRoot(arguments)
    }

    @Test func theCommandIsTakenAsItIs() throws {
        let command = try RollcallCommand.parseAsRoot([
            "run", "--service", "a", "--port", "1", "--", "program", "--port", "2", "--", "-x",
        ])
        #expect((command as? RunCommand)?.command == ["program", "--port", "2", "--", "-x"])
    }
}
