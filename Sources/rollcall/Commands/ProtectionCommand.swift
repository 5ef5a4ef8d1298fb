import ArgumentParser
import RollcallClient

struct ProtectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protection",
        abstract: "Show or lift the registry's doubt about a service of which too much went DOWN at once.",
        subcommands: [Show.self, Lift.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show since when a service is protected, and what the registry takes for the cause.")

        @Argument(help: "The name of the service.") var service: String

        @OptionGroup(title: "Registry") var client: ClientOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await self.client.withClient { client in
                let key = client.service(self.service)
                self.output.write(try await client.protection(of: key)) { Reports.protection($0, of: key) }
            }
        }
    }

    struct Lift: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take what is silent for gone. It does not begin again until half of the service is well.")

        @Argument(help: "The name of the service.") var service: String

        @OptionGroup(title: "Registry") var client: ClientOptions

        func run() async throws {
            try await self.client.withClient { client in
                let key = client.service(self.service)
                let revision = try await client.liftProtection(of: key)
                let place = revision.map { " at revision \($0)" } ?? ""
                Console.write("The protection of \(Table.printable(key.description)) is lifted\(place).\n")
            }
        }
    }
}
