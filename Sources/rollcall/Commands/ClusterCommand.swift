import ArgumentParser
import RollcallClient

struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Show the nodes of the registry and the store that they share, or say which history counts.",
        subcommands: [Show.self, Adopt.self, Reseed.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every node, the store, and in plain sentences what is wrong.")

        @OptionGroup(title: "Registry") var client: ClientOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await self.client.withClient { client in
                self.output.write(try await client.cluster(), Reports.cluster)
            }
        }
    }

    struct Adopt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take over the history that the store holds. What only the nodes know is lost.",
            discussion: """
                After the store was restored or emptied, nodes show what they knew and write nothing, until an operator says \
                which history counts.
                """)

        @OptionGroup var confirmation: ConfirmationOptions
        @OptionGroup(title: "Registry") var client: ClientOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await Settlement(verdict: .adopt, confirmation: self.confirmation).perform(self.client, self.output)
        }
    }

    struct Reseed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Write back to the store what the node that is asked knows. What the store holds instead is lost.",
            discussion: """
                After the store was restored or emptied, nodes show what they knew and write nothing, until an operator says \
                which history counts. Ask the node with the highest revision: `rollcall cluster` shows it. With --yes only \
                the first of several addresses is asked.
                """)

        @OptionGroup var confirmation: ConfirmationOptions
        @OptionGroup(title: "Registry") var client: ClientOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await Settlement(verdict: .reseed, confirmation: self.confirmation).perform(self.client, self.output)
        }
    }
}

/// Says what will be done, asks whether it is meant, does it, and shows what came of it.
private struct Settlement {
    let verdict: ClusterVerdict
    let confirmation: ConfirmationOptions

    func perform(_ options: ClientOptions, _ output: OutputOptions) async throws {
        // Where nobody is asked, nobody would see that another node is looked at than the one that was meant.
        try await options.withClient(staysAtFirst: self.confirmation.yes) { client in
            let before = try await client.cluster()
            guard let obstacle = before.value.store.obstacle else {
                Console.note("The store holds the history that the nodes follow; there is nothing to settle.")
                throw ExitCode(Outcome.failed)
            }
            try self.confirmation.ask(
                Reports.settlement(self.verdict, of: before.value, at: before.address, because: obstacle))
            // What was shown and asked about is that node's history, whichever one would be asked by now.
            let after = try await client.settleCluster(
                self.verdict, at: before.address, timeout: options.timeout?.duration ?? RollcallClient.settlementTimeout
            )
            output.write(after, Reports.cluster)
        }
    }
}
