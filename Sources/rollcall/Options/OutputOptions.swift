import ArgumentParser
import RollcallClient

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    /// What the server answered, byte for byte.
    case json
}

struct OutputOptions: ParsableArguments {
    @Option(help: "For people, or for programs: the server's own JSON.")
    var output: OutputFormat = .table

    /// Writes the answer in the form that is wanted.
    func write<Value>(_ answer: Answer<Value>, _ table: (Value) -> String) {
        switch self.output {
        case .table: Console.write(table(answer.value))
        case .json: Console.write(answer.body + (answer.body.isEmpty ? [] : [UInt8(ascii: "\n")]))
        }
    }
}
