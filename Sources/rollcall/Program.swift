import ArgumentParser
import RollcallServer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

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
        if let handler = command as? any SignalHandlingCommand { Signals.block(type(of: handler).signals) }
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

/// A command that takes signals as events. They are blocked before the first thread starts, so that none is lost.
protocol SignalHandlingCommand: ParsableCommand {
    static var signals: Set<Int32> { get }
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
                subcommands: [RunCommand.self, RegisterCommand.self, HeartbeatCommand.self, DeregisterCommand.self]),
            CommandGroup(
                name: "Discovery",
                subcommands: [
                    ServicesCommand.self, DiscoverCommand.self, SelectCommand.self, WatchCommand.self,
                    HealthCommand.self,
                    HistoryCommand.self, NamespacesCommand.self,
                ]),
            CommandGroup(name: "Other", subcommands: [VersionCommand.self]),
        ]
    )
}
