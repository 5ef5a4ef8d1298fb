import ArgumentParser
import BenchmarkFigures
import LoadGeneration

/// The clients of etcd by themselves, against any address.
struct EtcdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "etcd-put", abstract: "Put values into etcd and print rate, latency and the generator's CPU.")

    @Option(help: "host:port of the server.")
    var address = "127.0.0.1:2379"

    @Option(help: "Calls under way at once.")
    var clients = 64

    @Option(help: "Connections that they share.")
    var connections = 4

    @Option(help: "Bytes of each value.")
    var bytes = 250

    @Option(help: "Seconds.")
    var duration = 5.0

    func validate() throws {
        guard Address(self.address) != nil else { throw ValidationError("--address is host:port.") }
        guard self.connections > 0, self.clients >= self.connections, self.duration > 0, self.bytes > 0 else {
            throw ValidationError("Everything is above 0, and there are at least as many clients as connections.")
        }
    }

    func run() async throws {
        guard let address = Address(self.address) else { throw ValidationError("--address is host:port.") }
        let plan = EtcdPutPlan(
            address, clients: self.clients, connections: self.connections, duration: .seconds(self.duration),
            value: Array(repeating: UInt8(ascii: "x"), count: self.bytes)
        ) { "/rollcall-bench/\(Fixture.instance($0))" }
        LoadCommand.show(try await plan.run())
    }
}
