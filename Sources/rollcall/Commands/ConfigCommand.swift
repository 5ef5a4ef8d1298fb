import ArgumentParser
import RollcallServer

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show or check what `serve` would run with.",
        subcommands: [Show.self, Check.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every setting, its value and where it came from. Secrets are hidden.",
            usage: "rollcall config show [--output table|json] [--config FILE] [--KEY VALUE] ...")

        @OptionGroup var output: OutputOptions

        @Argument(parsing: .captureForPassthrough, help: .hidden)
        var arguments: [String] = []

        func run() throws {
            if HelpFlag.isAmong(self.arguments) { throw CleanExit.helpRequest(self) }
            var arguments = self.arguments
            let output = try OutputOptions.taken(from: &arguments) ?? self.output.output
            let loaded = try ServerConfiguration.load(arguments: arguments, environment: Environment.variables)
            let report = ConfigurationReport(loaded)
            Console.write(output == .json ? report.json : report.table)
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every setting, and name each that is wrong.",
            usage: "rollcall config check [--config FILE] [--KEY VALUE] ...")

        @Argument(parsing: .captureForPassthrough, help: .hidden)
        var arguments: [String] = []

        func run() throws {
            if HelpFlag.isAmong(self.arguments) { throw CleanExit.helpRequest(self) }
            let loaded = try ServerConfiguration.load(arguments: self.arguments, environment: Environment.variables)
            _ = try loaded.checked(within: OpenFileLimit.raise())
            Console.write("The configuration is sound.\n")
        }
    }
}

extension OutputOptions {
    /// Takes `--output` from arguments that were captured as a whole; the last one counts, nil when there is none.
    fileprivate static func taken(from arguments: inout [String]) throws -> OutputFormat? {
        var rest: [String] = []
        var found: OutputFormat?
        var left = arguments[...]
        while let argument = left.popFirst() {
            guard argument == "--output" || argument.hasPrefix("--output=") else {
                rest.append(argument)
                continue
            }
            let value = argument == "--output" ? left.popFirst() ?? "" : String(argument.dropFirst("--output=".count))
            guard let format = OutputFormat(rawValue: value) else {
                throw ValidationError("The value '\(value)' is invalid for '--output'; it is table or json.")
            }
            found = format
        }
        arguments = rest
        return found
    }
}
