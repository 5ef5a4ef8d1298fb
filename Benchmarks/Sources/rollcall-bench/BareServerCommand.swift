import ArgumentParser
import Peers

/// The bare server as a process; rows start it.
struct BareServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare-server", abstract: "Give every HTTP/1.1 request on a loopback port the same answer.")

    @Option(help: "The port of 127.0.0.1.")
    var port: Int

    @Option(help: "A file with the whole answer: status line, headers, body.")
    var answer: String

    func run() async throws {
        guard let bytes = SystemFile.bytes(self.answer) else {
            throw ValidationError("\(self.answer) cannot be read.")
        }
        try await BareServer(answer: bytes).run(port: self.port)
    }
}
