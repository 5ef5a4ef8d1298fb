import ArgumentParser
import RollcallClient

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say of every instance of a service whether callers are given it, and why.",
        discussion: """
            Takes the filters of `discover`. Shows at which stage each instance is let go, and who left the roll lately.
            """)

    @Argument(help: "The name of the service.") var service: String
    @Argument(help: "The id of one instance.") var instance: String?

    @OptionGroup(title: "Filter") var filter: TraitOptions
    @OptionGroup(title: "Filter by state") var state: StateOptions
    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            let answer = try await client.explain(
                client.service(self.service), self.state.add(to: self.filter.query), instance: self.instance)
            self.output.write(answer, Reports.explanation)
            for warning in answer.value.warnings { Console.note(Table.printable(warning)) }
        }
    }
}
