import ArgumentParser
import RollcallClient

struct ServicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services", abstract: "List the services of a namespace; of all with --namespace '*'.")

    @Option(help: "Only those whose name begins so.") var prefix: String?

    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            try await self.page.write(self.output, Reports.services) { limit, cursor throws(RollcallClientError) in
                try await client.services(prefix: self.prefix, limit: limit, cursor: cursor)
            }
        }
    }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show what changed, when, why and by whom.")

    @Option(help: "Only of this service.") var service: String?
    @Option(help: "Only of this instance.") var instance: String?
    @Option(help: "Only for this cause, such as register or expire.") var cause: String?
    @Option(help: "Only by this actor.") var actor: String?
    @Option(help: "From this revision or time (RFC 3339) on.") var since: String?
    @Option(help: "Up to this revision or time (RFC 3339).") var until: String?
    @Option(help: "asc: the oldest first; desc: the latest first.") var order: HistoryQuery.Order?

    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let query = HistoryQuery(
            service: self.service, instance: self.instance, cause: self.cause, actor: self.actor, since: self.since,
            until: self.until, order: self.order)
        try await self.client.withClient { client in
            try await self.page.write(self.output, Reports.history) { limit, cursor throws(RollcallClientError) in
                try await client.history(query, limit: limit, cursor: cursor)
            }
        }
    }
}

struct NamespacesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "namespaces", abstract: "List the namespaces.")

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            self.output.write(try await client.namespaces(), Reports.namespaces)
        }
    }
}

struct SubscribersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribers", abstract: "Show who reads a service now, and how far each has come.")

    @Argument(help: "The name of the service.") var service: String

    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            try await self.page.write(self.output, Reports.subscribers) { limit, cursor throws(RollcallClientError) in
                try await client.subscribers(of: client.service(self.service), limit: limit, cursor: cursor)
            }
        }
    }
}

extension PageOptions {
    /// Writes the page that is wanted, or with a table and without a limit every page, one after another.
    func write<Element>(
        _ output: OutputOptions, _ table: ([Element]) -> String,
        _ read: (Int?, String?) async throws(RollcallClientError) -> Answer<Page<Element>>
    ) async throws {
        var cursor = self.cursor
        var elements: [Element] = []
        repeat {
            let answer = try await read(self.limit, cursor)
            if output.output == .json {
                // Page by page as the server answers, each on a line of its own.
                output.write(answer) { _ in "" }
            } else {
                elements += answer.value.elements
            }
            cursor = answer.value.nextCursor
        } while cursor != nil && self.limit == nil
        guard output.output == .table else { return }
        Console.write(table(elements))
        if let cursor { Console.note("There is more: --cursor \(cursor)") }
    }
}
