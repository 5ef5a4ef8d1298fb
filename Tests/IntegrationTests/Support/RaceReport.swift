import Testing

extension Program.Outcome {
    /// Whether ThreadSanitizer, if the program was built with it, found something: 66 is the status that it gives then.
    var hasRace: Bool { self.status == 66 || self.errors.contains("ThreadSanitizer") }

    /// A race in a program that runs by itself shows nowhere else, whatever the test makes of how the program ended.
    func expectNoRace() {
        if self.hasRace { Issue.record("ThreadSanitizer found a race; status \(self.status): \(self.errors)") }
    }
}
