import ArgumentParser
import RollcallClient

struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover", abstract: "Show the instances of a service that are available, or that fit.")

    @Argument(help: "The name of the service.") var service: String

    @OptionGroup(title: "Filter") var filter: TraitOptions
    @OptionGroup(title: "Filter by state") var state: StateOptions

    @Option(help: "Wait until the service's revision is above this.") var index: Int64?

    @Option(help: "How long to wait, such as 30s, at most 10m.") var wait: TimeSpan?

    @Flag(help: "Read what any node has acknowledged.") var consistent = false

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let index, index < 0 {
            throw ValidationError("The value '\(index)' is invalid for '--index': it is 0 or more.")
        }
    }

    func run() async throws {
        try await self.client.withClient { client in
            let answer = try await client.discover(
                client.service(self.service), self.state.add(to: self.filter.query), blocking: self.blocking,
                consistent: self.consistent)
            self.output.write(answer, Reports.instances)
        }
    }

    private var blocking: BlockingRead? {
        guard self.index != nil || self.wait != nil else { return nil }
        return BlockingRead(after: self.index.map { Revision($0) }, wait: self.wait)
    }
}

struct SelectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select", abstract: "Let the registry choose one instance for a call, and say why.")

    @Argument(help: "The name of the service.") var service: String

    @OptionGroup(title: "Filter") var filter: TraitOptions

    @Option(help: "How to choose.", completion: .list(["random", "round_robin", "weight"]))
    var strategy: String?

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            let answer = try await client.select(
                client.service(self.service), self.filter.query, strategy: self.strategy)
            self.output.write(answer, Reports.selection)
        }
    }
}

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Show how a service, its instances and their checks are, and since when.")

    @Argument(help: "The name of the service.") var service: String
    @Argument(help: "The id of one instance.") var instance: String?

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            if let instance {
                let answer = try await client.health(of: client.instance(instance, of: self.service))
                self.output.write(answer) { Reports.health([$0]) }
            } else {
                let answer = try await client.health(of: client.service(self.service))
                self.output.write(answer) { Reports.health($0) }
            }
        }
    }
}
