import ArgumentParser
import BenchmarkFigures
import LoadGeneration

/// The load generator by itself, against any address.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Make load on an HTTP/1.1 server and print rate, latency and the generator's CPU.")

    @Option(help: "host:port of the server.")
    var address = "127.0.0.1:8080"

    @Option(help: "What is asked for.")
    var path = "/livez"

    @Option(help: "GET, PUT, POST, …")
    var method = "GET"

    @Option(help: "The body of each request, as JSON.")
    var body = ""

    @Option(help: "Connections, each with one request at a time.")
    var connections = 64

    @Option(help: "Threads that drive them.")
    var loops = 1

    @Option(help: "Seconds.")
    var duration = 5.0

    @Option(help: "Requests due each second; without it each connection sends as fast as it is answered.")
    var rate: Double?

    func validate() throws {
        guard Address(self.address) != nil else { throw ValidationError("--address is host:port.") }
        guard self.connections > 0, self.loops > 0, self.duration > 0, self.rate ?? 1 > 0 else {
            throw ValidationError("Connections, loops, duration and rate are above 0.")
        }
    }

    func run() async throws {
        guard let address = Address(self.address) else { throw ValidationError("--address is host:port.") }
        let request = RequestBytes.request(
            self.method, self.path, host: address.description, body: Array(self.body.utf8))
        var plan = LoadPlan(address, duration: .seconds(self.duration), source: Requests.same(request))
        plan.connections = self.connections
        plan.eventLoops = self.loops
        if let rate { plan.pace = .open(perSecond: rate) }
        Self.show(try await Load.run(plan))
    }

    static func show(_ outcome: LoadOutcome) {
        var table = Table(["requests/s", "p50", "p99", "max", "generator CPU", "not accepted", "due but unsent"])
        let text = Quantity.milliseconds.text
        table.append([
            Quantity.perSecond.text(outcome.rate), outcome.latency.map { text($0.p50) } ?? "–",
            outcome.latency.map { text($0.p99) } ?? "–", outcome.latency.map { text($0.max) } ?? "–",
            Quantity.ratio.text(outcome.generatorCPU), "\(outcome.refused)", "\(outcome.unsent)",
        ])
        print(table.text)
        if let refusal = outcome.firstRefusal { print("The first that was not accepted: \(refusal)") }
    }
}
