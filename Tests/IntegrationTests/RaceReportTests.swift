import Testing

/// A race in the server fails the test that ran it.
struct RaceReportTests {
    private static let report =
        "{\"level\":\"INFO\"}\n==================\nWARNING: ThreadSanitizer: data race (pid=7)\n"

    private func outcome(_ status: Int32, _ errors: String) -> Program.Outcome {
        Program.Outcome(status: status, output: "ThreadSanitizer", errors: errors)
    }

    @Test("Noticed: a report, even of a program that was killed, and the sanitizer's status without one")
    func races() {
        for status: Int32 in [0, 1, 66, 137] { #expect(self.outcome(status, Self.report).hasRace) }
        #expect(self.outcome(66, "").hasRace)
    }

    @Test func otherOutcomesPass() {
        for status: Int32 in [0, 1, 2, 64, 137, 143] { self.outcome(status, "a log line\n").expectNoRace() }
    }
}
