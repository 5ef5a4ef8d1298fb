import ArgumentParser
import RollcallClient

struct DeregisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister", abstract: "Take instances of a service off the roll.")

    @Argument(help: "The name of the service.") var service: String
    @Argument(help: "The ids of the instances.") var instances: [String]

    @Option(help: "Only if no later incarnation is on the roll.") var incarnation: Int64?

    @OptionGroup(title: "Registry") var client: ClientOptions

    func run() async throws {
        try await self.client.withClient { client in
            var isComplete = true
            for id in self.instances {
                // One that is not there does not keep the others from being taken off.
                isComplete = try await self.deregister(client.instance(id, of: self.service), client) && isComplete
            }
            if !isComplete { throw ExitCode(Outcome.notFound) }
        }
    }

    /// Whether it was there.
    private func deregister(_ key: InstanceKey, _ client: RollcallClient) async throws(RollcallClientError) -> Bool {
        do throws(RollcallClientError) {
            let revision = try await client.deregister(key, incarnation: self.incarnation)
            let place = revision.map { " at revision \($0)" } ?? ""
            Console.write("\(Table.printable(key.description)) is off the roll\(place).\n")
            return true
        } catch {
            guard error.isNotFound else { throw error }
            Console.note("Error: \(error)")
            return false
        }
    }
}

struct HeartbeatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartbeat", abstract: "Renew an instance, or say how it is.")

    @Argument(help: "The name of the service.") var service: String
    @Argument(help: "The id of the instance.") var instance: String

    @Option(help: "up or down; a DOWN holds until an UP.", completion: .list(["up", "down"]))
    var status: HealthArgument?

    @Option(help: "That of the process; an older one is refused.") var incarnation: Int64?

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    enum HealthArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
        case up
        case down

        var state: HealthState { self == .up ? .up : .down }
    }

    func run() async throws {
        try await self.client.withClient { client in
            let report = HealthReport(status: self.status?.state, incarnation: self.incarnation)
            let answer = try await client.report(report, of: client.instance(self.instance, of: self.service))
            self.output.write(answer) { "\(Table.printable($0.key.description)) is \($0.state).\n" }
        }
    }
}
