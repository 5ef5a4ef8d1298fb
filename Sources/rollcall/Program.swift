import ArgumentParser
import RollcallServer

/// Parses, performs one command, and exits with what came of it.
@main
enum Program {
    static func main() async {
        let command: any ParsableCommand
        do {
            command = try RollcallCommand.parseAsRoot()
        } catch {
            Outcome(error).exit()
        }
        await self.perform(command).exit()
    }

    /// Off the main actor, where nothing is to be done but this.
    @concurrent
    private static func perform(_ command: sending any ParsableCommand) async -> Outcome {
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
            return .done
        } catch {
            return Outcome(error)
        }
    }
}

struct RollcallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollcall",
        abstract: "A service registry: instances answer the roll call, callers find those that are present.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 wrong use, 3 the registry cannot be reached, 4 not found.
            """,
        version: RollcallServer.version,
        subcommands: [],
        groupedSubcommands: [
            CommandGroup(name: "Server", subcommands: [ServeCommand.self, ConfigCommand.self]),
            CommandGroup(
                name: "Instance",
                subcommands: [
                    RunCommand.self, RegisterCommand.self, HeartbeatCommand.self, DrainCommand.self,
                    DeregisterCommand.self,
                ]),
            CommandGroup(
                name: "Discovery",
                subcommands: [
                    ServicesCommand.self, DiscoverCommand.self, SelectCommand.self, WatchCommand.self,
                    HealthCommand.self, ExplainCommand.self, HistoryCommand.self, NamespacesCommand.self,
                    SubscriptionsCommand.self, SubscribersCommand.self,
                ]),
            CommandGroup(
                name: "Operation", subcommands: [OverrideCommand.self, ProtectionCommand.self, ClusterCommand.self]),
            CommandGroup(name: "Other", subcommands: [VersionCommand.self]),
        ]
    )
}
