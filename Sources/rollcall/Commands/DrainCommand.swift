import ArgumentParser
import RollcallClient

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Tell callers that an instance is about to leave, and wait until they know.",
        discussion: """
            Its status becomes DRAINING; it stays on the roll. Shows who has confirmed and who has not, and fails when some \
            have not within a wait.
            """)

    @Argument(help: "The name of the service.") var service: String
    @Argument(help: "The id of the instance.") var instance: String

    @Option(help: "How long to wait for them, such as 10s, at most 5m.") var wait: TimeSpan = .seconds(10)
    @Flag(help: "Take it back: the instance is UP again.") var undo = false
    @Option(help: "Only if no later incarnation is on the roll.") var incarnation: Int64?

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !Limits.drainWait.contains(self.wait) else { return }
        throw ValidationError("The value '\(self.wait)' is invalid for '--wait': it is 0s to 5m.")
    }

    func run() async throws {
        let isComplete = try await self.client.withClient { client in
            let key = client.instance(self.instance, of: self.service)
            return self.undo ? try await self.undrain(key, client) : try await self.drain(key, client)
        }
        if !isComplete { throw ExitCode(Outcome.failed) }
    }

    private func undrain(_ key: InstanceKey, _ client: RollcallClient) async throws(RollcallClientError) -> Bool {
        let revision = try await client.undrain(key, incarnation: self.incarnation)
        Console.write(
            "\(Table.printable(key.description)) is UP again\(revision.map { " at revision \($0)" } ?? "").\n")
        return true
    }

    /// Whether everybody has confirmed who was waited for.
    private func drain(_ key: InstanceKey, _ client: RollcallClient) async throws(RollcallClientError) -> Bool {
        let answer = try await client.drain(key, wait: self.wait, incarnation: self.incarnation)
        self.output.write(answer) { Reports.drain($0, of: key) }
        return answer.value.isComplete || self.wait == .zero
    }
}
