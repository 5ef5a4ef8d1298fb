import ArgumentParser
import RollcallServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        usage: "rollcall serve [--config FILE] [--insecure] [--KEY VALUE] ...",
        discussion: """
            Every setting is a flag, an environment variable and a key of the file: server.port is --server-port, \
            ROLLCALL_SERVER_PORT and port under server. Flags come first, then the environment, the file, the default. \
            `rollcall config show` lists every setting.

              --config FILE   Read settings from this YAML file.
              --insecure      Listen on other addresses than loopback without authentication.
            """
    )

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var arguments: [String] = []

    func run() async throws {
        if HelpFlag.isAmong(self.arguments) { throw CleanExit.helpRequest(self) }
        try await RollcallServer.run(arguments: self.arguments, environment: Environment.variables)
    }
}

/// A command that hands its arguments on sees the wish for help among them.
enum HelpFlag {
    static func isAmong(_ arguments: [String]) -> Bool {
        arguments.contains { ["--help", "-h", "-help"].contains($0) }
    }
}
