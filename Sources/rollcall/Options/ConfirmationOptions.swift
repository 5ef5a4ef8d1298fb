import ArgumentParser

/// For what cannot be taken back.
struct ConfirmationOptions: ParsableArguments {
    @Flag(help: "Do not ask.") var yes = false

    /// Says what will be done; returns if that is meant. Throws when the answer is not `yes`, or there is nobody to ask.
    func ask(_ consequences: String) throws {
        Console.note(consequences)
        if self.yes { return }
        Console.note("Type yes to go on:")
        guard Self.isConsent(readLine()) else {
            Console.note("Nothing was changed.")
            throw ExitCode(Outcome.failed)
        }
    }

    /// - Parameter line: nil at the end of the input.
    static func isConsent(_ line: String?) -> Bool {
        line.map { $0.filter { $0 != " " && $0 != "\r" }.lowercased() == "yes" } ?? false
    }
}
