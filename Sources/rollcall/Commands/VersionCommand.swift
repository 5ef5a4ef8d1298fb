import ArgumentParser
import RollcallClient
import RollcallServer

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the version of this program, and with --server that of the registry.")

    @Flag(help: "Ask the registry too.") var server = false

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard self.server else {
            Console.write("rollcall \(RollcallServer.version)\n")
            return
        }
        try await self.client.withClient { client in
            self.output.write(try await client.version()) { document in
                var table = Table("PART", "VERSION", "REGISTRY")
                table.add("command line", RollcallServer.version, "")
                table.add("server", document.version, document.registryID)
                return table.description
            }
        }
    }
}
