public import ArgumentParser
public import RollcallClient

struct SubscriptionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscriptions", abstract: "Callbacks that are told of every change of a service.",
        subcommands: [
            SubscriptionListCommand.self, SubscribeCommand.self, SubscriptionShowCommand.self,
            UnsubscribeCommand.self, ReviveCommand.self,
        ],
        defaultSubcommand: SubscriptionListCommand.self)
}

struct SubscriptionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List subscriptions and how their deliveries go.")

    @Option(help: "Only of this service.") var service: String?
    @Option(name: .customLong("client"), help: "Only of this subscriber.") var clientID: String?
    @Option(help: "Only those whose deliveries go so: active, retrying or failed.") var status: Subscription.Status?

    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            try await self.page.write(self.output, Reports.subscriptions) { limit, cursor throws(RollcallClientError) in
                try await client.subscriptions(
                    service: self.service, clientID: self.clientID, status: self.status, limit: limit, cursor: cursor)
            }
        }
    }
}

struct SubscribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Have a callback told of every change of a service.",
        discussion: "The secret that deliveries are signed with is shown once, here.")

    @Argument(help: "The name of the service; it may come later.") var service: String
    @Argument(help: "Where deliveries are posted to: an http or https URL.") var callback: String

    @Option(name: .customLong("client"), help: "How the subscriber calls itself.") var clientID = ""
    @Option(
        parsing: .singleValue, help: ArgumentHelp("A pair of metadata; may be repeated.", valueName: "key=value"))
    var metadata: [KeyValue] = []

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            let request = SubscriptionRequest(
                service: ServiceKey(namespace: self.client.namespace, name: self.service), clientID: self.clientID,
                callback: self.callback, metadata: self.metadata.metadata)
            self.output.write(try await client.subscribe(request)) { answer in
                "Subscription \(Table.printable(answer.subscription.id)) is made. Its deliveries are signed with\n"
                    + "\(Table.printable(answer.secret ?? "-"))\nwhich is not shown again.\n"
            }
        }
    }
}

struct SubscriptionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one subscription and how its deliveries go.")

    @Argument(help: "Its id.") var id: String

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            self.output.write(try await client.subscription(self.id)) { Reports.subscriptions([$0.subscription]) }
        }
    }
}

struct UnsubscribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a subscription.")

    @Argument(help: "Its id.") var id: String

    @OptionGroup(title: "Registry") var client: ClientOptions

    func run() async throws {
        try await self.client.withClient { client in
            try await client.unsubscribe(self.id)
            Console.write("Subscription \(Table.printable(self.id)) is removed.\n")
        }
    }
}

struct ReviveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revive", abstract: "Try the deliveries of a subscription again at once.")

    @Argument(help: "Its id.") var id: String

    @OptionGroup(title: "Registry") var client: ClientOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await self.client.withClient { client in
            self.output.write(try await client.reviveSubscription(self.id)) { answer in
                "Subscription \(Table.printable(answer.subscription.id)) is active again.\n"
            }
        }
    }
}

extension Subscription.Status: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { self.description }
    public static var allValueStrings: [String] { Self.allCases.map(\.description) }
}
